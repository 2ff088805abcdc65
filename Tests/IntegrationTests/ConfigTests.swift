import Foundation
import TestSupport
import Testing

/// `shippy config`, and where settings come from, with the real binary.
@Suite struct ConfigTests {
    private let home: TemporaryDirectory

    init() throws {
        home = try TemporaryDirectory()
    }

    private func shippy(_ arguments: String..., environment: [String: String] = [:]) async throws -> Outcome {
        try await ShippyBinary.run(arguments, home: home.path, environment: environment)
    }

    private func write(_ file: String) throws {
        try file.write(toFile: home("config.yaml"), atomically: true, encoding: .utf8)
    }

    /// The rows of `config show`, by their names.
    private func shown(_ outcome: Outcome) throws -> [String: [String: String]] {
        let rows = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]] ?? []
        return Dictionary(uniqueKeysWithValues: rows.map { row in (row["setting"] as? String ?? "", row.compactMapValues { $0 as? String }) })
    }

    @Test func everySettingIsShownWithItsSource() async throws {
        try write("# ours\nbcrypt-cost: 11\nallow-insecure: true\nstore: postgres://u:canary@db.example/d\n")
        let environment = [
            "SHIPPY_OPS": "127.0.0.1:9", "MICRO_BROKER": "nats", "MICRO_BROKER_ADDRESS": "broker:4222", "MICRO_REGISTRY": "etcd",
            "MICRO_REGISTRY_ADDRESS": "canary:canary@etcd:2379", "SHIPPY_REGISTRY": "embedded",
        ]
        let outcome = try await shippy("config", "show", "-o", "json", "--mailer", "maildir:/m", environment: environment)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let rows = try shown(outcome)
        func expect(_ name: String, _ value: String?, from source: String) {
            #expect(rows[name] == ["setting": name, "value": value, "source": source].compactMapValues { $0 })
        }
        expect("home", home.path, from: "SHIPPY_HOME")
        expect("config", home("config.yaml"), from: "default")
        expect("bcrypt-cost", "11", from: "\(home("config.yaml")):2")
        expect("allow-insecure", "true", from: "\(home("config.yaml")):3")
        expect("store", "postgres://…@db.example/…", from: "\(home("config.yaml")):4")
        expect("ops", "127.0.0.1:9", from: "SHIPPY_OPS")
        expect("bus", "nats://broker:4222", from: "MICRO_BROKER_ADDRESS")
        expect("registry", "embedded", from: "SHIPPY_REGISTRY")
        expect("mailer", "maildir:/m", from: "--mailer")
        expect("output", "json", from: "--output")
        expect("mail-attempts", "12", from: "default")
        expect("templates", home("templates"), from: "default")
        expect("advertise", nil, from: "default")
        // A remote store has no domain of its own.
        expect("mail-domain", nil, from: "default")
    }

    @Test func forPeopleItIsATable() async throws {
        let table = try await shippy("config", "show", "--sources", environment: ["SHIPPY_BCRYPT_COST": "10"])
        #expect(table.lines.first?.split(separator: " ") == ["SETTING", "VALUE", "SOURCE"])
        #expect(table.lines.contains { $0.split(separator: " ") == ["bcrypt-cost", "10", "SHIPPY_BCRYPT_COST"] })
        #expect(table.lines.contains { $0.split(separator: " ") == ["mail-domain", "localhost", "default"] })
        let plain = try await shippy("config", "show")
        #expect(plain.lines.first?.split(separator: " ") == ["SETTING", "VALUE"])
        #expect(plain.lines.contains { $0.split(separator: " ") == ["bcrypt-cost", "12"] })
    }

    @Test func aCheckFindsEverything() async throws {
        #expect(try await shippy("config", "check").output == "all settings are valid\n")
        try write("bcrypt_cost: 12\nmailer: ftp://u:canary@h\n")
        let environment = ["SHIPPY_COLOR": "red", "SHIPPY_MAIL_FORM": "x"]
        let check = try await shippy("config", "check", environment: environment)
        #expect(check.status == 64)
        #expect(check.output.isEmpty)
        let file = home("config.yaml")
        #expect(
            check.errors == """
                shippy: warning: unknown variable SHIPPY_MAIL_FORM: did you mean SHIPPY_MAIL_FROM?
                shippy: \(file), line 1: unknown setting: did you mean bcrypt-cost?
                shippy: \(file), line 2: cannot parse mailer "ftp://…@h": use maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT
                shippy: cannot parse SHIPPY_COLOR "red": use auto, always or never

                """)
        let json = try await shippy("config", "check", "-o", "json", environment: environment)
        #expect(json.status == 64)
        let object = try #require(try json.objects().first)
        #expect(object["valid"] as? Bool == false)
        #expect((object["problems"] as? [String])?.count == 3)
        #expect((object["warnings"] as? [String])?.count == 1)
        try write("bcrypt-cost: 12\n")
        let warned = try await shippy("config", "check", environment: ["SHIPPY_SEED": "1"])
        #expect(warned.status == 0)
        #expect(warned.errors == "shippy: warning: unknown variable SHIPPY_SEED: shippy does not use it\n")
    }

    @Test func aBrokenFileStopsEveryCommand() async throws {
        try write("mail:\n  domain: x\n")
        for command in ["status", "user list", "registry list", "config show", "up"] {
            let outcome = try await ShippyBinary.run(command.split(separator: " ").map(String.init), home: home.path)
            #expect(outcome.status == 64)
            #expect(outcome.errors == "shippy: \(home("config.yaml")), line 1: unknown setting: did you mean mail-domain?\n")
        }
    }

    @Test func aFlagWithoutAValueWorksFromFileAndEnvironment() async throws {
        let refused = try await shippy("serve", "notificator", "--notificator-grpc", "0.0.0.0:0", "--ops", "127.0.0.1:0")
        #expect(refused.status == 64)
        #expect(refused.errors.hasPrefix("shippy: --notificator-grpc 0.0.0.0:0 would be open to other machines"))
        try write("notificator-grpc: 0.0.0.0:0\n")
        let byFile = try await shippy("serve", "notificator", "--ops", "127.0.0.1:0")
        #expect(byFile.errors.hasPrefix("shippy: \(home("config.yaml")), line 1: notificator-grpc 0.0.0.0:0 would be open"))
        try write("allow-insecure: true\n")
        let address = ["--notificator-grpc", "0.0.0.0:0"]
        try await Server.start(["serve", "notificator"], home: home.path, address).stop()
        try write("")
        try await Server.start(["serve", "notificator"], home: home.path, address, environment: ["SHIPPY_ALLOW_INSECURE": "true"]).stop()
    }

    /// A variable that happens to be named like an option of one command changes nothing.
    @Test func onlySettingsComeFromTheEnvironment() async throws {
        let environment = [
            "SHIPPY_NAME": "x", "SHIPPY_COMPANY": "x", "SHIPPY_STATE": "dead", "SHIPPY_LIMIT": "1", "SHIPPY_ALL": "true", "SHIPPY_LAST": "0",
            "SHIPPY_IDEMPOTENCY_KEY": "k", "SHIPPY_FORMAT": "csv", "SHIPPY_AFTER": "z", "SHIPPY_GREP": "x", "SHIPPY_COUNT": "0",
        ]
        for email in ["a@example.com", "b@example.com"] {
            let created = try await shippy("user", "create", email, "-o", "json", environment: environment)
            #expect(try created.objects().first?["name"] as? String == "")
        }
        #expect(try await shippy("user", "list", "-o", "jsonl", environment: environment).lines.count == 2)
        #expect(try await shippy("user", "export", environment: environment).objects().count == 2)
        #expect(try await shippy("mail", "list", "-o", "jsonl", environment: environment).lines.count == 2)
        #expect(try await shippy("events", "tail", "--all", "--at-end", "-o", "jsonl", environment: environment).lines.count == 2)
    }

    @Test func lookingCreatesNothing() async throws {
        for command in ["status", "status -o json", "config show", "config check"] {
            let outcome = try await ShippyBinary.run(command.split(separator: " ").map(String.init), home: home("none"))
            #expect(outcome.status == 0, "\(command): \(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: home("none")), "\(command)")
        }
        let none = try await ShippyBinary.run(["status"], home: home("none"))
        #expect(none.output.contains("no data yet") && none.output.contains(home("none/shippy.db")) && none.output.contains(home("none/registry.db")))
        // Nor in a directory that is there.
        let before = try FileManager.default.contentsOfDirectory(atPath: home.path)
        #expect(try await ShippyBinary.run(["status"], home: home.path).status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.path) == before)
        let store = try await ShippyBinary.run(["status", "--store", "sqlite:\(home("elsewhere/shippy.db"))"], home: home.path)
        #expect(store.status == 0, "\(store.errors)")
        #expect(!FileManager.default.fileExists(atPath: home("elsewhere")))
        #expect(try await shippy("status").status == 0)
    }

    @Test func aCheckedStatusTellsWhatItFoundByItsExit() async throws {
        let before = try await shippy("status", "--check")
        #expect(before.status == 1)
        #expect(before.errors.split(separator: "\n") == ["users", "notificator"].map { "shippy: no instance of the service \($0) is registered" })
        let server = try await Server.start(home: home.path)
        let healthy = try await shippy("status", "--check")
        #expect(healthy.status == 0 && healthy.errors.isEmpty, "\(healthy.errors)")
        #expect(try await shippy("status", "--check", "-o", "json").objects().first?["findings"] as? [String] == [])
        #expect(try await server.stop() == 0)
        #expect(try await shippy("status").status == 0)
        let away = try await shippy("status", "--check", "--bus", "nats://127.0.0.1:1")
        #expect(away.status == 69)
        #expect(away.errors.contains("shippy: the bus cannot be reached: "))
    }

    /// What starting would refuse, without starting anything.
    @Test(arguments: [
        ("users-http: 0.0.0.0:19081", "line 1: users-http 0.0.0.0:19081 would be open to other machines"),
        ("mail-keep: 1d", "line 1: mail-keep 1d is shorter than event-max-age 7d"),
        ("ops: 127.0.0.1:19081\nusers-http: localhost:19081", "line 1: ops 127.0.0.1:19081 is also the address of --users-http"),
        ("templates: /nowhere", "line 1: templates \"/nowhere\" is not a directory"),
        ("store: sqlite:/dev/null/x/y.db", "/dev/null"), ("mailer: maildir:/dev/null/mail", "/dev/null"),
        ("mailer: smtp://u:se@cret@mail:587", "line 1: cannot parse mailer \"smtp://…@mail:587\": percent-encode special characters"),
        ("bus: nats://u:se@cret@mail", "percent-encode"), ("registry: etcd://u:se@cret@mail", "percent-encode"),
    ])
    func aCheckFindsWhatStartingWouldRefuse(file: String, problem: String) async throws {
        try write(file + "\n")
        let check = try await shippy("config", "check")
        #expect(check.status == 64)
        #expect(check.errors.contains(problem), "\(check.errors)")
        #expect(check.errors.split(separator: "\n").count == 1)
        #expect(!check.errors.contains("cret"))
        #expect(try await shippy("up", "--registry-ttl", "3s").status != 0)
        #expect(try await shippy("config", "check", environment: ["SHIPPY_LOG_LEVEL": "debug"]).status == 64)
    }

    @Test func aValueThatIsOverriddenIsChecked() async throws {
        try write("ops: nowhere\nbcrypt-cost: 99\n")
        let environment = ["SHIPPY_OPS": "127.0.0.1:9", "SHIPPY_BCRYPT_COST": "7"]
        let check = try await shippy("config", "check", environment: environment)
        #expect(check.status == 64)
        for part in ["line 1: cannot parse ops", "line 2: cannot parse bcrypt-cost", "cannot parse SHIPPY_BCRYPT_COST"] {
            #expect(check.errors.contains(part), "\(check.errors)")
        }
        // What does not count stops nothing.
        #expect(try await shippy("status", environment: ["SHIPPY_OPS": "127.0.0.1:9", "SHIPPY_BCRYPT_COST": "12"]).status == 0)
    }

    @Test func anEmptyVariableIsToldOf() async throws {
        let check = try await shippy("config", "check", environment: ["SHIPPY_STORE": "", "SHIPPY_BUS": "nats://h"])
        #expect(check.status == 0)
        #expect(check.errors == "shippy: warning: SHIPPY_STORE is empty and counts as not set\n")
        #expect(try await shippy("status", "--help").output.contains("An empty variable counts as not set."))
        let server = try await Server.start(home: home.path, environment: ["SHIPPY_STORE": ""])
        #expect(server.process.errors.contains("empty environment variable ignored  variable=SHIPPY_STORE"))
        try await server.stop()
    }
}
