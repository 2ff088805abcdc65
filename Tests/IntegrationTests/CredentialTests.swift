import Foundation
import Glibc
import TestSupport
import Testing

/// Files of root's that only a group can read: that is how systemd passes credentials to a service of another user.
@Suite(.enabled(if: geteuid() == 0, "only root can pass files on")) struct CredentialTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        chmod(directory.path, 0o755)
        try FileManager.default.createDirectory(atPath: directory("home"), withIntermediateDirectories: true)
        let user = try #require(getpwnam("nobody")).pointee
        chmod(directory("home"), 0o700)
        chown(directory("home"), user.pw_uid, user.pw_gid)
    }

    private func pass(_ name: String, _ content: String, mode: mode_t = 0o440) throws -> String {
        try content.write(toFile: directory(name), atomically: true, encoding: .utf8)
        chown(directory(name), 0, try #require(getpwnam("nobody")).pointee.pw_gid)
        chmod(directory(name), mode)
        return directory(name)
    }

    /// Runs the command as another user.
    private func run(_ arguments: String..., environment: [String: String]) async throws -> Outcome {
        // The build directory may be closed to other users.
        try FileManager.default.copyItem(atPath: ShippyBinary.path, toPath: directory("shippy"))
        let files = try TemporaryDirectory()
        let process = try ShippyBinary.start(
            "/usr/bin/setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", directory("shippy")] + arguments, home: directory("home"),
            environment: environment, files: files)
        return Outcome(status: try await process.status(), output: process.output, errors: process.errors)
    }

    /// A password file that libpq itself refuses.
    @Test(.timeLimit(.minutes(2)), arguments: [true, false]) func thePasswordOfADatabaseIsTakenFromACredential(isInURL: Bool) async throws {
        let server = try await PostgresServer.start()
        let url = try await server.database(user: "ada", password: "canary-password").replacing(":canary-password", with: "")
        let passwords = try pass("pgpass", "*:*:*:ada:canary-password\n")
        let outcome = try await run(
            "status", "-o", "json",
            environment: ["SHIPPY_STORE": isInURL ? "\(url)?passfile=\(passwords)" : url, "PGPASSFILE": isInURL ? "" : passwords])
        let engines = try #require(try outcome.objects().first?["engines"] as? [[String: Any]], "\(outcome.errors)")
        let store = try #require(engines.first { $0["role"] as? String == "store" })
        #expect(store["reachable"] as? Bool == true, "\(store)")
        #expect(!outcome.errors.contains("canary"))
        try await server.crash()
    }

    @Test func aSecretThatOthersCanReadIsRefused() async throws {
        let secret = try pass("secret", "\(String(repeating: "ab", count: 32))\n", mode: 0o444)
        let outcome = try await run("user", "list", environment: ["SHIPPY_SECRET_FILE": secret])
        #expect(outcome.status == 77, "\(outcome.errors)")
        #expect(outcome.errors.contains("other users can read the secret file"), "\(outcome.errors)")
    }
}
