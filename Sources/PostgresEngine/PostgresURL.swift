import CPostgres
import Foundation
import ShippyCore

/// The address of a database, as libpq parses it: `postgres://user@host,host/database?sslmode=verify-full`.
struct PostgresURL: Sendable {
    private static let defaultTimeout = 5

    let text: String
    /// Host, port and database, for messages.
    let server: String
    /// The seconds that each host has to accept a connection. `connect_timeout` in the URL overrides the default.
    let hostTimeout: Int
    /// How long connecting may take, for all hosts together.
    let connectLimit: Duration
    /// Set if nothing says how to encrypt and the server is on another machine. By default libpq tries TLS, continues without it,
    /// and sends its password in clear to a server that asks for it.
    let mustEncrypt: Bool
    /// Takes the place of a password file that libpq would refuse; nil if there is none.
    let passwordFile: PassedPasswordFile?

    /// - Throws: ``ShippyError`` `.usage` for a URL that libpq cannot parse; as ``PassedPasswordFile`` for its password file.
    init(_ text: String, environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        self.text = text
        let values = try Self.parse(text)
        let isSaid = values["sslmode"] != nil || values["service"] != nil || environment["PGSSLMODE"] != nil || environment["PGSERVICE"] != nil
        passwordFile = try (values["passfile"] ?? environment["PGPASSFILE"]).flatMap { try PassedPasswordFile($0) }
        mustEncrypt = !isSaid && !Self.isLocal(values, environment)
        // libpq would report these only with the first connection.
        let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
        if let mode = values["sslmode"], !modes.contains(mode) {
            throw ShippyError(.usage, "cannot parse sslmode \(mode.quoted()) in the store URL: use one of \(modes.joined(separator: ", "))")
        }
        if let ports = values["port"], !ports.split(separator: ",").allSatisfy({ UInt16($0) != nil }) {
            throw ShippyError(.usage, "cannot parse the port in the store URL: use a number up to 65535")
        }
        let address = "\(values["host"] ?? "localhost"):\(values["port"] ?? "5432")"
        server = values["dbname"].map { "\(address)/\($0)" } ?? address
        let wanted = values["connect_timeout"].flatMap { Int($0) } ?? 0
        // libpq takes 1 as 2.
        hostTimeout = (1...60).contains(wanted) ? max(2, wanted) : Self.defaultTimeout
        let hosts = (values["hostaddr"] ?? values["host"] ?? "").split(separator: ",", omittingEmptySubsequences: false).count
        connectLimit = .seconds(hostTimeout * max(1, hosts) + 1)
    }

    /// Whether all hosts are this machine, or its sockets.
    private static func isLocal(_ values: [String: String], _ environment: [String: String]) -> Bool {
        // libpq prefers an address to a host, whatever the source of either, and ignores an empty one.
        let lists = [values["hostaddr"] ?? environment["PGHOSTADDR"], values["host"] ?? environment["PGHOST"]]
        return lists.compactMap { $0?.split(separator: ",") }.joined().allSatisfy { host in
            host.hasPrefix("/") || host.hasPrefix("@") || HostPort(host: String(host), port: 0).isLoopback
        }
    }

    private static func parse(_ text: String) throws -> [String: String] {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(text, &message) else {
            // libpq's message quotes the URL, including the password.
            PQfreemem(message)
            throw ShippyError(
                .usage, "cannot parse the store URL: use postgres://USER@HOST:PORT/DATABASE?NAME=VALUE, with special characters percent-encoded")
        }
        defer { PQconninfoFree(options) }
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return values
    }
}
