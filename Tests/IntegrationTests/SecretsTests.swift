import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

/// A canary in every place that takes a secret, and a look at everything that comes out of the real binary.
@Suite struct SecretsTests {
    private let home: TemporaryDirectory

    init() throws {
        home = try TemporaryDirectory()
    }

    /// Runs a command at the most talkative log level, and looks at its streams.
    private func expectNoCanary(_ arguments: String..., input: String? = nil, environment: [String: String] = [:], status: Int32? = nil) async throws
    {
        for level in ["debug", "trace"] {
            let outcome = try await ShippyBinary.run(
                arguments + ["--log-level", level], home: home.path, input: input, environment: environment)
            #expect(outcome.status != 0)
            if let status { #expect(outcome.status == status, "\(outcome.errors)") }
            #expect(!outcome.output.contains("canary") && !outcome.errors.contains("canary"), "\(arguments): \(outcome.errors)")
            #expect(!outcome.errors.isEmpty)
        }
    }

    @Test(arguments: [
        "SHIPPY_STORE=postgres://u:can/canary@h:1/d", "SHIPPY_STORE=postgres://u:canary?x@h:1/d", "SHIPPY_STORE=postgres://u:canary@[::1",
        "SHIPPY_STORE=postgres://u:%canary@h/d", "SHIPPY_STORE=postgres://h/d?password=canary&what=x", "SHIPPY_STORE=mysql://u:canary@h",
        "SHIPPY_BUS=nats://u:can/canary@h:1", "SHIPPY_BUS=nats://canary@h:x", "SHIPPY_BUS=nats://u:canary@h?ca=x",
        "SHIPPY_REGISTRY=etcd://u:can#canary@h:x", "SHIPPY_REGISTRY=etcd://u:canary@h?ca=x",
    ])
    func aURLThatCannotBeReadShowsNoSecret(setting: String) async throws {
        let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
        try await expectNoCanary("status", environment: [parts[0]: parts[1]], status: 64)
    }

    @Test func aMailerThatCannotBeReadShowsNoSecret() async throws {
        for url in ["smtp://u:can/canary@h:1", "smtp://u:canary@h?tls=none", "smtps://u:canary@h?what=x"] {
            try await expectNoCanary("mail", "test", "a@b.example", environment: ["SHIPPY_MAILER": url], status: 64)
        }
    }

    @Test func aBrokenConfigurationFileShowsNoSecret() async throws {
        try "mail-domain: x\nmailer: smtp://u:canary@h: x\n".write(toFile: home("config.yaml"), atomically: true, encoding: .utf8)
        try await expectNoCanary("status", status: 64)
    }

    /// `config show` shows every setting, whatever is in it and wherever it comes from.
    @Test func aShownConfigurationShowsNoSecret() async throws {
        let urls = [
            ("store", "postgres://canary:canary@h:1/d?password=canary"), ("bus", "tls://canary@h:1,i:2?creds=/canary"),
            ("registry", "etcds://u:can%2Fcanary@h:1?key=/canary&cert=/canary"), ("mailer", "smtps://canary:canary@h:1?ca=/canary"),
        ]
        let variables = Dictionary(uniqueKeysWithValues: urls.map { ("SHIPPY_\($0.uppercased())", $1) })
        let tutorials = [
            "DB_HOST": "h", "DB_USER": "canary", "DB_PASSWORD": "canary", "DB_NAME": "canary", "MICRO_BROKER": "nats",
            "MICRO_BROKER_ADDRESS": "canary:canary@h:1", "MICRO_REGISTRY": "etcd", "MICRO_REGISTRY_ADDRESS": "canary:canary@h:1",
        ]
        let file = urls.map { "\($0): '\($1)'" }.joined(separator: "\n")
        for (environment, file) in [(variables, ""), (tutorials, ""), ([:], file)] {
            try file.write(toFile: home("config.yaml"), atomically: true, encoding: .utf8)
            for arguments in [["config", "show", "--sources"], ["config", "show", "-o", "json"], ["config", "check", "-o", "json"]] {
                let outcome = try await ShippyBinary.run(arguments, home: home.path, environment: environment)
                #expect(outcome.status == 0, "\(outcome.errors)")
                #expect(!outcome.output.contains("canary") && !outcome.errors.contains("canary"), "\(outcome.output)")
            }
            #expect(try await ShippyBinary.run(["config", "show"], home: home.path, environment: environment).output.contains("…@h"))
        }
        let wrong = urls.map { "\($0): 'x\($1)'" }.joined(separator: "\n") + "\nmailr: canary\n"
        try wrong.write(toFile: home("config.yaml"), atomically: true, encoding: .utf8)
        try await expectNoCanary("config", "check", status: 64)
        try await expectNoCanary("config", "show", status: 64)
    }

    /// As from a backup without the secret, or with another one.
    @Test func aRestoredStoreWantsItsOwnSecret() async throws {
        let server = try await Server.start(home: home.path)
        try await server.stop()
        let secret = try String(contentsOfFile: home("secret"), encoding: .utf8)
        try FileManager.default.removeItem(atPath: home("secret"))
        let ports = ["users-http", "users-grpc", "notificator-grpc", "ops"].flatMap { ["--\($0)", "127.0.0.1:0"] }
        let without = try await ShippyBinary.run(["up"] + ports, home: home.path)
        #expect(without.status == 64 && without.errors.contains("there is no secret in"), "\(without.errors)")
        let token = ["token", "create", "t", "--role", "reader", "--expires", "never"]
        for command in [["user", "create", "ada@example.com"], ["user", "list"], ["key", "rotate"], token] {
            let refused = try await ShippyBinary.run(command, home: home.path)
            #expect(refused.status == 64 && refused.errors.contains("there is no secret in"), "\(command): \(refused.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: home("secret")))
        try String(repeating: "0f", count: 32).write(toFile: home("secret"), atomically: true, encoding: .utf8)
        chmod(home("secret"), 0o600)
        let other = try await ShippyBinary.run(["up"] + ports, home: home.path)
        #expect(other.status == 77 && other.errors.contains("were encrypted under another secret"), "\(other.errors)")
        let rotated = try await ShippyBinary.run(["key", "rotate"], home: home.path)
        #expect(rotated.status == 77, "a key of another secret would make the right one useless: \(rotated.errors)")
        try secret.write(toFile: home("secret"), atomically: true, encoding: .utf8)
        chmod(home("secret"), 0o600)
        let again = try await Server.start(home: home.path)
        try await again.stop()
    }

    /// Nobody can start the services of a store any more whose secret is lost, unless the keys go.
    @Test func aLostSecretCostsTheSessionsAndNothingElse() async throws {
        let ports = ["users-http", "users-grpc", "notificator-grpc", "ops"].flatMap { ["--\($0)", "127.0.0.1:0"] }
        let first = try await Server.start(home: home.path)
        #expect(try await ShippyBinary.run(["user", "create", "ada@example.com"], home: home.path).status == 0)
        try await first.stop()
        try FileManager.default.removeItem(atPath: home("secret"))
        let advice = try await ShippyBinary.run(["up"] + ports, home: home.path)
        #expect(advice.status == 64 && advice.errors.contains("shippy key revoke --all"), "\(advice.errors)")
        let removed = try await ShippyBinary.run(["key", "revoke", "--all"], home: home.path)
        #expect(removed.status == 0 && removed.errors.contains("keys removed: 2"), "\(removed.errors)")
        let server = try await Server.start(home: home.path)
        #expect(try await ShippyBinary.run(["user", "get", "ada@example.com"], home: home.path).status == 0)
        let entries = try await ShippyBinary.run(["audit", "list", "--action", "key.revoke", "-o", "jsonl"], home: home.path).objects()
        #expect(entries.map { $0["detail"] as? String } == ["keys=2"])
        try await server.stop()
    }

    @Test func aSecondMachineMakesNoSecretOfItsOwn() async throws {
        let store = ["SHIPPY_STORE": try await PostgresServer.shared.database()]
        let first = try await Server.start(["serve", "users"], home: home.path, environment: store)
        let other = try TemporaryDirectory()
        let refused = try await ShippyBinary.run(["serve", "users", "--users-http", "127.0.0.1:0"], home: other.path, environment: store)
        #expect(refused.status == 64, "\(refused.errors)")
        #expect(refused.errors.contains("copy the file `secret` of the first machine"))
        #expect(!FileManager.default.fileExists(atPath: other("secret")))
        try FileManager.default.copyItem(atPath: home("secret"), toPath: other("secret"))
        let second = try await Server.start(["serve", "users"], home: other.path, environment: store)
        try await second.stop()
        try await first.stop()
    }

    @Test func aBadRowShowsNoSecret() async throws {
        let rows = [
            "email,name,password\na@x.example,A,canary,x\nb@x.example,\"B,canary\nc@x.example,C\n", "a@x.example,canary\n",
            "{\"email\":\"a@x.example\",\"password\":\"canary\"\n{\"email\":\"a b@x\",\"password\":\"canary\"}\n{\"password\":\"canary\"}\n",
            "{\"email\":\"a@x.example\",\"password\":\"canary\(String(repeating: "x", count: 73))\"}\n",
        ]
        for rows in rows { try await expectNoCanary("user", "import", "-", input: rows, status: 65) }
    }

    /// `config.yaml` is the services': what their listeners may do says nothing about whom a command may trust.
    @Test func theSettingOfListenersLetsNoCommandSendASecretUnencrypted() async throws {
        try "allow-insecure: true\n".write(toFile: home("config.yaml"), atomically: true, encoding: .utf8)
        // An address for documentation, which nobody has (RFC 5737).
        let environment = ["SHIPPY_TOKEN": "canary", "SHIPPY_USERS_ADDRESS": "192.0.2.1:1"]
        let outcome = try await ShippyBinary.run(["user", "list"], home: home.path, environment: environment)
        #expect(outcome.status == 77)
        #expect(outcome.errors.contains("192.0.2.1:1 is not encrypted"), "\(outcome.errors)")
    }

    @Test func aCommandThatIsKilledLeavesNoCore() async throws {
        #expect(try await ShippyBinary.run(["user", "create", "ada@example.com"], home: home.path).status == 0)
        let directory = try TemporaryDirectory()
        // The shell says whether the kernel has written a core, wherever that may be.
        let outcome = try await ShippyBinary.shell(
            """
            cd '\(directory.path)' && ulimit -c unlimited || exit 1
            "$shippy" events tail --all -o jsonl >events & pid=$!
            until test -s events; do kill -0 $pid || exit 1; sleep 0.02; done
            kill -ABRT $pid
            wait $pid
            """, home: home.path, environment: ["SHIPPY_TOKEN": "canary", "SWIFT_BACKTRACE": "enable=no"])
        #expect(outcome.status == 128 + SIGABRT, "\(outcome.errors)")
        #expect(!outcome.errors.contains("core dumped"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["events"])
    }

    /// Passwords that are taken, with a service in another process, and the processes looked at while they run.
    @Test func whatIsTakenShowsUpNowhere() async throws {
        try "canary-file\n".write(toFile: home("password"), atomically: true, encoding: .utf8)
        let server = try await Server.start(
            home: home.path, ["--log-level", "trace"], environment: ["SHIPPY_MAILER": "smtp://u:canary-mailer@127.0.0.1:1"])
        let lines = Mutex<Set<String>>([])
        let own = Data("SHIPPY_HOME=\(home.path)\0".utf8)
        let watch = Task.detached {
            while !Task.isCancelled {
                for pid in try FileManager.default.contentsOfDirectory(atPath: "/proc") where pid.first?.isNumber == true {
                    // Other tests pass canaries as arguments, to see them refused.
                    guard FileManager.default.contents(atPath: "/proc/\(pid)/environ")?.range(of: own) != nil else { continue }
                    if let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") {
                        let line = String(decoding: data, as: UTF8.self)
                        if line.contains("shippy\0") { _ = lines.withLock { $0.insert(line) } }
                    }
                }
                try await Task.sleep(for: .milliseconds(2))
            }
        }
        var said = ""
        for (arguments, input) in [
            (["user", "create", "a@x.example", "--password-stdin"], "canary-stdin\n"),
            (["user", "create", "b@x.example", "--password-file", home("password")], ""),
            (["user", "import", "-"], "{\"email\":\"c@x.example\",\"password\":\"canary-import\"}\n"),
        ] {
            let outcome = try await ShippyBinary.run(arguments + ["--log-level", "trace"], home: home.path, input: input)
            #expect(outcome.status == 0, "\(outcome.errors)")
            said += outcome.output + outcome.errors
        }
        for command in ["user list -o jsonl", "events tail --all --at-end -o jsonl", "mail list -o jsonl", "status -o json", "user export"] {
            said += try await ShippyBinary.run(command.split(separator: " ").map(String.init), home: home.path).output
        }
        said += try await HTTP().get(server.ops, "/metrics").body
        watch.cancel()
        try await server.stop()
        said += server.process.output + server.process.errors
        let seen = lines.withLock { $0 }
        #expect(seen.contains { $0.contains("create") }, "the processes were looked at")
        #expect(said.contains("user created"))
        for secret in ["canary", "$2b$"] {
            #expect(!said.contains(secret))
            #expect(!seen.contains { $0.contains(secret) })
        }
    }
}
