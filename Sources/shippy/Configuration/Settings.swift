import Configuration
import Foundation
import ShippyCore
import SystemPackage

/// The value of every option: a flag wins over `SHIPPY_…` in the environment, that over the tutorials' own variables, and
/// those over the configuration file.
struct Settings: Sendable {
    let home: String
    private let reader: ConfigReader
    private let environment: [String: String]
    /// Values of flags, which win over everything.
    private var flags: [String: String] = [:]

    private init(home: String, reader: ConfigReader, environment: [String: String]) {
        self.home = home
        self.reader = reader
        self.environment = environment
    }

    /// The same with these flags, by the names of their options.
    func overriding(_ flags: [String: String]) -> Settings {
        var settings = self
        settings.flags = flags
        return settings
    }

    /// Reads environment and file.
    /// - Throws: ``ShippyError`` `.usage` for a file that cannot be read.
    static func load(
        _ options: GlobalOptions, environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws -> Settings {
        let home = absolute(options.home ?? environment["SHIPPY_HOME"].nonEmpty ?? defaultHome(environment))
        try PrivateFile.checkHome(home)
        let named = options.config ?? environment["SHIPPY_CONFIG"].nonEmpty
        let path = named.map(absolute) ?? "\(home)/config.yaml"
        var providers: [any ConfigProvider] = [
            EnvironmentVariablesProvider(environmentVariables: environment.filter { !$0.value.isEmpty }).prefixKeys(with: "shippy"),
            InMemoryProvider(name: "the tutorials' environment", values: TutorialEnvironment.values(environment)),
        ]
        // A file that was named is believed as it is named; one that is merely found there must be ours.
        if named == nil { try PrivateFile.checkTrusted("config.yaml", in: home) }
        do {
            providers.append(try await FileProvider<YAMLSnapshot>(filePath: FilePath(path), allowMissing: named == nil))
        } catch {
            throw ConfigurationFault.describe(error, path: path)
        }
        return Settings(home: home, reader: ConfigReader(providers: providers), environment: environment)
    }

    private static func defaultHome(_ environment: [String: String]) -> String {
        let data = environment["XDG_DATA_HOME"].nonEmpty ?? "\(environment["HOME"].nonEmpty ?? NSHomeDirectory())/.local/share"
        return "\(data)/shippy"
    }

    private static func absolute(_ path: String) -> String {
        let expanded = (path as NSString).expandingTildeInPath
        return URL(fileURLWithPath: expanded).standardizedFileURL.path
    }

    /// The value as text, wherever it comes from. YAML has types of its own, which are read as what they were written as.
    func string(_ name: String, _ flag: String? = nil) -> String? {
        let key = ConfigKey([name])
        if let text = flag ?? flags[name] ?? reader.string(forKey: key) { return text }
        if let number = reader.int(forKey: key) { return String(number) }
        if let truth = reader.bool(forKey: key) { return String(truth) }
        return reader.double(forKey: key).map { "\($0)" }
    }

    func value<Value>(_ name: String, _ flag: Value?, default fallback: Value) throws -> Value where Value: RawRepresentable<String> & CaseIterable {
        if let flag { return flag }
        guard let text = string(name) else { return fallback }
        guard let value = Value(rawValue: text) else {
            let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw unreadable(name, text, "use one of \(known)")
        }
        return value
    }

    func int(_ name: String, _ flag: Int?, default fallback: Int, in range: ClosedRange<Int>) throws -> Int {
        let text = flag.map(String.init) ?? string(name)
        guard let text else { return fallback }
        guard let value = Int(text), range.contains(value) else {
            throw unreadable(name, text, "use a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func bool(_ name: String, _ flag: Bool) throws -> Bool {
        if flag { return true }
        guard let text = string(name) else { return false }
        switch text.lowercased() {
        case "true", "yes", "1", "on": return true
        case "false", "no", "0", "off": return false
        default: throw unreadable(name, text, "use true or false")
        }
    }

    func duration(_ name: String, _ flag: String?, default fallback: Duration) throws -> Duration {
        guard let text = string(name, flag) else { return fallback }
        guard let duration = DurationText.parse(text) else {
            throw unreadable(name, text, "use a duration such as 500ms, 10s, 5m, 1h30m or 7d")
        }
        return duration
    }

    func address(_ name: String, _ flag: String?, default fallback: String) throws -> HostPort {
        let text = string(name, flag) ?? fallback
        do {
            return try HostPort(text)
        } catch let error as ShippyError {
            throw ShippyError(.usage, "--\(name): \(error.message)")
        }
    }

    /// Options whose values may hold a password.
    private static let secrets: Set<String> = ["store", "bus", "registry", "mailer"]

    func unreadable(_ name: String, _ text: String, _ advice: String) -> ShippyError {
        let shown = Self.secrets.contains(name) ? URLs.redacted(text) : text
        return ShippyError(.usage, "cannot parse --\(name) \(shown.quoted(limit: 80)): \(advice)")
    }

    /// A variable that is not an option of ours, such as NO_COLOR.
    func environmentVariable(_ name: String) -> String? { environment[name].nonEmpty }
}

extension String? {
    /// An empty variable counts as one that is not set.
    var nonEmpty: String? { self?.isEmpty == false ? self : nil }
}
