import ShippyConfiguration
import ShippyCore

/// Settings that are wrong, that look like mistakes, and that are read and do nothing.
struct ConfigurationChecks {
    private let sources: SettingSources

    init(_ sources: SettingSources) {
        self.sources = sources
    }

    var findings: [Finding] {
        let check = ConfigurationCheck(sources)
        let problems = check.problems.map { Finding.fault(.configuration, $0, advice: "mend it, and run `shippy config check`") }
        let warnings = check.warnings.map { Finding.warning(.configuration, $0, advice: "see `shippy config show --sources`") }
        let idle = idleSettings.map { Finding.warning(.configuration, $0, advice: "remove it, or see `shippy config show --sources`") }
        let all = problems + warnings + idle
        return all.isEmpty ? [.ok(.configuration, "all settings are valid, and none is without effect")] : all
    }

    /// What was set without having any effect, as sentences.
    private var idleSettings: [String] {
        guard let configuration = try? Configuration(sources) else { return [] }
        let isSMTP = if case .smtp = configuration.mailer { true } else { false }
        let isOpen = (try? Addresses(configuration, roles: Set(Role.allCases)))?.isOpenToOthers ?? true
        let rules: [(row: SettingRow, works: Bool, condition: String)] = [
            (Settings.storeConnections.row, !configuration.store.isEmbedded, "without PostgreSQL"),
            (Settings.eventReplicas.row, configuration.bus != .embedded, "on the embedded bus"),
            (Settings.eventSubjects.row, configuration.bus != .embedded, "on the embedded bus"),
            (Settings.smtpDeadline.row, isSMTP, "while mails go to a folder"),
            (Settings.smtpConnections.row, isSMTP, "while mails go to a folder"),
            (Settings.certificateRoles.row, configuration.tlsClientAuthority != nil, "without --tls-client-ca"),
            (Settings.allowInsecure.row, isOpen || !configuration.allowInsecure, "while only this machine can reach the services"),
        ]
        return rules.compactMap { rule in
            guard !rule.works, let given = sources.given(rule.row) else { return nil }
            return "\(rule.row.name) (\(given.origin.description)) has no effect \(rule.condition)"
        }
    }
}
