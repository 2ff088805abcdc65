import ShippyBackup
import ShippyConfiguration
import ShippyCore

/// What a backup holds.
struct ShownBackup: JSONWritable, Sendable {
    let file: String
    let manifest: BackupManifest
    /// The size of the file; nil if it is not written.
    let bytes: Int64?

    private var size: Int64 { manifest.parts.reduce(0) { $0 + $1.size } }

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("file", file)
            $0.field("bytes", bytes)
            $0.field("restored_bytes", size)
            $0.field("manifest") { $0.backup(manifest) }
        }
    }

    var fields: [(String, String)] {
        let restored = "\(Self.text(size)) restored"
        return [("file", file)] + manifest.fields + [("size", bytes.map { "\(Self.text($0)), \(restored)" } ?? restored)]
    }

    /// `3 users, 3 events and 2 mails`
    var summary: String {
        let counts = manifest.counts
        return "\(counts.users) users, \(counts.events) events and \(counts.mails.values.reduce(0, +)) mails"
    }

    /// Rounded, in the unit that people would use.
    static func text(_ bytes: Int64) -> String {
        let units = ["KiB", "MiB", "GiB", "TiB"]
        var (value, unit) = (Double(bytes) / 1024, 0)
        while value >= 1024, unit < units.count - 1 { (value, unit) = (value / 1024, unit + 1) }
        return value < 10 ? "\((value * 10).rounded() / 10) \(units[unit])" : "\(Int(value.rounded())) \(units[unit])"
    }
}

extension JSONWriter {
    /// The members of a backup's manifest.
    mutating func backup(_ manifest: BackupManifest) {
        field("format", manifest.format)
        field("shippy", manifest.shippy)
        field("created_at", manifest.createdAt)
        field("store", manifest.store)
        field("bus", manifest.bus)
        field("schema", manifest.schema)
        field("counts") { json in
            json.field("users", manifest.counts.users)
            json.field("events", manifest.counts.events)
            json.field("mails") { json in
                for state in Mail.State.allCases { json.field(named: state.rawValue, manifest.counts.mails[state.rawValue] ?? 0) }
            }
            json.field("sessions", manifest.counts.sessions)
            json.field("tokens", manifest.counts.tokens)
            json.field("audit_entries", manifest.counts.auditEntries)
        }
    }
}

extension BackupManifest {
    /// The number of mails that wait to be sent.
    var waitingMails: Int { [Mail.State.queued, .sending].reduce(0) { $0 + (counts.mails[$1.rawValue] ?? 0) } }

    var fields: [(String, String)] {
        let mails = Mail.State.allCases.compactMap { state in
            counts.mails[state.rawValue].flatMap { $0 > 0 ? "\($0) \(state.rawValue)" : nil }
        }
        return [
            ("made", "\(createdAt) by shippy \(shippy)"), ("users", "\(counts.users)"), ("events", "\(counts.events)"),
            ("mails", mails.isEmpty ? "0" : mails.joined(separator: ", ")), ("sessions", "\(counts.sessions)"), ("tokens", "\(counts.tokens)"),
            ("audit entries", "\(counts.auditEntries)"),
        ]
    }
}
