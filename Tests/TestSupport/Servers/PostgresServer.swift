import Foundation
import Glibc
import Synchronization

/// A PostgreSQL server with a data directory of its own.
package final class PostgresServer: Sendable {
    package let port: Int
    private let directory: TemporaryDirectory
    private let process: Mutex<ServerProcess?> = Mutex(nil)
    private let databases = Mutex(0)

    /// The one that tests share which do nothing to the server itself.
    package static var shared: PostgresServer {
        get async throws { try await starting.value }
    }

    private static let starting = Task { try await PostgresServer.start() }

    package static func start() async throws -> PostgresServer {
        let server = try PostgresServer()
        try await server.initialize()
        try await server.restart()
        return server
    }

    private init() throws {
        port = try FreePort.find()
        directory = try TemporaryDirectory()
        chmod(directory.path, 0o777)
    }

    /// Tests end by being killed: nothing here has to survive a power cut.
    private func initialize() async throws {
        let initdb = Self.asPostgres([try Self.binary("initdb"), "-D", directory("data"), "-A", "trust", "-U", "postgres", "-N"])
        let outcome = try await Tool.run(initdb)
        guard outcome == 0 else { throw NeverHappened(description: "initdb ended with \(outcome)") }
    }

    private static func binary(_ name: String) throws -> String {
        let versions = try FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql").compactMap(Int.init).sorted()
        guard let version = versions.last else { throw NeverHappened(description: "PostgreSQL is not installed") }
        return "/usr/lib/postgresql/\(version)/bin/\(name)"
    }

    /// PostgreSQL refuses to run as root.
    private static func asPostgres(_ command: [String]) -> [String] {
        getuid() == 0 ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] + command : command
    }

    /// Starts it again where it was.
    package func restart() async throws {
        let command = Self.asPostgres([
            try Self.binary("postgres"), "-D", directory("data"), "-p", "\(port)", "-k", directory.path, "-c", "listen_addresses=127.0.0.1",
            "-c", "max_connections=200",
        ])
        let server = try await ServerProcess.start(command, log: directory("log"))
        process.withLock { $0 = server }
        try await eventually("PostgreSQL is ready: \(server.output.suffix(500))") {
            try await Tool.run([try Self.binary("pg_isready"), "-h", "127.0.0.1", "-p", "\(port)", "-U", "postgres"]) == 0
        }
    }

    /// Changes a setting that a reload is enough for, and waits until it is in effect.
    package func set(_ name: String, _ value: String) async throws {
        let url = try await database()
        try await Self.execute("ALTER SYSTEM SET \(name) = \(value)", at: url)
        process.withLock { $0 }?.signal(SIGHUP)
        try await eventually("\(name) is \(value)") {
            do {
                try await Self.execute("DO $$ BEGIN ASSERT current_setting('\(name)') = '\(value)'; END $$", at: url)
                return true
            } catch is NeverHappened {
                return false
            }
        }
    }

    /// Ends it as a crash would: SIGQUIT is its immediate shutdown, without a checkpoint.
    package func crash() async throws {
        try await process.withLock { $0 }?.end(SIGQUIT)
    }

    /// Sends a signal to all its processes: each leads a session of its own.
    package func signal(_ signal: Int32) {
        guard let pid = process.withLock({ $0 })?.pid else { return }
        let children = (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)) ?? ""
        for process in [pid] + children.split(separator: " ").compactMap({ Int32($0) }) { kill(process, signal) }
    }

    /// The URL of a new, empty database of a new user, who has to log in with a password.
    package func database(user: String, password: String) async throws -> String {
        let url = try await database()
        let name = url.split(separator: "/").last!
        let rules = try String(contentsOfFile: directory("data/pg_hba.conf"), encoding: .utf8)
        try "host all \(user) 127.0.0.1/32 scram-sha-256\n\(rules)".write(toFile: directory("data/pg_hba.conf"), atomically: false, encoding: .utf8)
        let script = "CREATE ROLE \(user) LOGIN PASSWORD '\(password)'; ALTER DATABASE \(name) OWNER TO \(user); SELECT pg_reload_conf()"
        try await Self.execute(script, at: "postgres://postgres@127.0.0.1:\(port)/postgres")
        return "postgres://\(user):\(password)@127.0.0.1:\(port)/\(name)"
    }

    /// Runs SQL as somebody beside the program would.
    package static func execute(_ sql: String, at url: String) async throws {
        let outcome = try await Tool.run([try binary("psql"), url, "-v", "ON_ERROR_STOP=1", "-c", sql])
        guard outcome == 0 else { throw NeverHappened(description: "psql ended with \(outcome): \(sql)") }
    }

    /// Who the server runs as, and must own what it writes to.
    package static var owner: UInt32 { getuid() == 0 ? getpwnam("postgres")?.pointee.pw_uid ?? 0 : getuid() }

    /// Copies a database with everything that is in it, as somebody does who restores a dump.
    package static func copy(_ source: String, to target: String) async throws {
        let line = #"set -o pipefail; "$1" "$2" | "$3" "$4" -q -v ON_ERROR_STOP=1"#
        let outcome = try await Tool.run(["/bin/bash", "-c", line, "copy", binary("pg_dump"), source, binary("psql"), target])
        guard outcome == 0 else { throw NeverHappened(description: "the dump ended with \(outcome)") }
    }

    /// The URL of a new, empty database.
    ///
    /// - Parameter directory: where its tables are to be, empty and the server's own; nil for beside all others.
    package func database(in directory: String? = nil) async throws -> String {
        let name = databases.withLock { number in
            number += 1
            return "test\(number)"
        }
        var command = [try Self.binary("createdb"), "-h", "127.0.0.1", "-p", "\(port)", "-U", "postgres", name]
        if let directory {
            try await Self.execute("CREATE TABLESPACE \(name) LOCATION '\(directory)'", at: "postgres://postgres@127.0.0.1:\(port)/postgres")
            command += ["-D", name]
        }
        let outcome = try await Tool.run(command)
        guard outcome == 0 else { throw NeverHappened(description: "createdb ended with \(outcome)") }
        return "postgres://postgres@127.0.0.1:\(port)/\(name)"
    }
}
