import ArgumentParser
import Foundation
import ShippyCore
import ShippyNotificator
import ShippyStore
import TestSupport
import Testing

@testable import shippy

@Suite struct SettingsTests {
    private func load(_ arguments: [String] = [], environment: [String: String] = [:], file: String? = nil) async throws -> Settings {
        let directory = try TemporaryDirectory()
        if let file { try file.write(toFile: directory("config.yaml"), atomically: true, encoding: .utf8) }
        return try await Settings.load(GlobalOptions.parse(["--home", directory.path] + arguments), environment: environment)
    }

    @Test func aFlagWinsOverTheEnvironmentAndThatOverTheFile() async throws {
        let settings = try await load(environment: ["SHIPPY_MAIL_DOMAIN": "env.example"], file: "mail-domain: file.example\nbcrypt-cost: 11\n")
        #expect(settings.string("mail-domain", "flag.example") == "flag.example")
        #expect(settings.string("mail-domain") == "env.example")
        #expect(try settings.int("bcrypt-cost", nil, default: 12, in: 10...20) == 11)
        #expect(try settings.int("mail-attempts", nil, default: 12, in: 1...99) == 12)
    }

    @Test func anEmptyVariableIsNotSet() async throws {
        #expect(try await load(environment: ["SHIPPY_MAIL_DOMAIN": ""], file: "mail-domain: file.example").string("mail-domain") == "file.example")
    }

    @Test func theTutorialsVariablesAreHonouredWhereOursAreAbsent() async throws {
        let tutorial = [
            "MICRO_BROKER": "nats", "MICRO_BROKER_ADDRESS": "broker:4222", "MICRO_REGISTRY": "etcd", "MICRO_REGISTRY_ADDRESS": "http://etcd:2379",
            "DB_HOST": "db", "DB_USER": "u", "DB_NAME": "n", "DB_PASSWORD": "p@ss",
        ]
        let settings = try await load(environment: tutorial)
        #expect(settings.string("bus") == "nats://broker:4222")
        #expect(settings.string("registry") == "http://etcd:2379")
        #expect(settings.string("store") == "postgres://u:p%40ss@db/n")
        let ours = try await load(environment: tutorial.merging(["SHIPPY_BUS": "embedded"]) { $1 })
        #expect(ours.string("bus") == "embedded")
    }

    @Test func whatCannotBeReadIsNamed() async throws {
        let settings = try await load(environment: ["SHIPPY_BCRYPT_COST": "many", "SHIPPY_COLOR": "red", "SHIPPY_SMTP_DEADLINE": "soon"])
        for body in [
            { _ = try settings.int("bcrypt-cost", nil, default: 12, in: 10...20) },
            { _ = try settings.value("color", nil, default: ColorMode.auto) },
            { _ = try settings.duration("smtp-deadline", nil, default: .zero) },
        ] as [() throws -> Void] {
            let error = #expect(throws: ShippyError.self) { try body() }
            #expect(error?.code == .usage)
        }
        let error = await #expect(throws: ShippyError.self) { try await load(file: "a: [b\n") }
        #expect(error?.code == .usage)
        #expect(error?.message.contains("config.yaml") == true)
    }
}

@Suite struct ConfigurationFaultTests {
    private func error(_ file: String) async -> ShippyError? {
        await #expect(throws: ShippyError.self) {
            let directory = try TemporaryDirectory()
            try file.write(toFile: directory("config.yaml"), atomically: true, encoding: .utf8)
            _ = try await Settings.load(GlobalOptions.parse(["--home", directory.path]), environment: [:])
        }
    }

    /// The line that is wrong may be the one with the password.
    @Test(arguments: [
        "mail-domain: x\nmailer: \"smtp://u:canary@h", "a: b\nmailer: smtp: canary: x", "a: b\nstore: [canary", "a: b\n\tcanary: x", "a: b\n&canary",
        "a: b\n- canary", "a: *canary", "canary: 1\ncanary: 2", "canary", "a: b\n{canary", "a: [[canary]]", "a: b\n%canary",
    ])
    func nothingOfTheFileIsShown(file: String) async {
        let error = await error(file)
        #expect(error?.code == .usage)
        #expect(error?.message.contains("config.yaml") == true)
        #expect(error?.message.contains("canary") == false, "\(error?.message ?? "")")
    }

    @Test func theLineIsNamed() async {
        #expect(await error("a: b\n\nstore: x: y\n")?.message.contains("line 3, column") == true)
    }
}

@Suite struct EngineURLTests {
    @Test(arguments: [
        ("postgres://u:canary@h/d", "postgres://…@h/…"), ("postgres://u:ca/nary@h/d", "postgres://…@h/…"),
        ("postgres://u:canary@x@h", "postgres://…@h"), ("postgres://u:canary#x@h", "postgres://…@h"), ("postgres://u:canary?x@h", "postgres://…"),
        ("postgres://h/d?user=u&password=canary", "postgres://h/…"), ("postgres://h?password=can@ary", "postgres://…"),
        ("nats://canary@h:4222,i:4223", "nats://…@h:4222,i:4223"), ("nats://h?creds=canary", "nats://h/…"), ("tls://u:canary", "tls://…"),
        ("smtp://u:%zzcanary@[::1]:25", "smtp://…@[::1]:25"), ("postgres:/u:canary@h", "postgres:…"), ("postgres:u:canary@h", "postgres:…"),
        ("password=canary host=h", "…"), ("canary", "…"), ("u:canary@h", "u:…"), ("http://h/canary", "http://h/…"), ("x://h canary", "x://…"),
        ("maildir:/var/mail", "maildir:/var/mail"), ("etcd://a:1,b:2", "etcd://a:1,b:2"),
    ])
    func onlySchemeAndHostAreShown(url: String, shown: String) {
        #expect(URLs.redacted(url) == shown)
    }

    /// libpq would take what follows the first `@` for the host, and show it wherever that cannot be reached.
    @Test func anAtSignInAPasswordOfPostgreSQLMustBeEncoded() throws {
        #expect(throws: ShippyError.self) { try StoreURL("postgres://u:can@ry@h/d", home: "/h") }
        #expect(try StoreURL("postgres://u:can%40ry@h/d", home: "/h") == .postgres(url: "postgres://u:can%40ry@h/d"))
    }

    /// Whatever is wrong with a URL, and whoever finds it.
    @Test(arguments: [
        "canary", "can/ary", "can?ary", "can#ary", "can@ary", "%canary", "canary%", "canary%00", "ca:nary", "canary[", "can ary", "c\u{1b}anary",
    ])
    func noErrorShowsAPassword(password: String) {
        for (option, scheme) in [("store", "postgres"), ("bus", "nats"), ("registry", "etcd"), ("mailer", "smtp"), ("x", "mysql")] {
            for tail in ["@h:x/d", "@", "@h?tls=maybe", "@h/d?what=1", "@[::1", ""] {
                let url = "\(scheme)://u:\(password)\(tail)"
                let bodies: [() throws -> Void] = [
                    { if case .postgres(let url) = try StoreURL(url, home: "/h") { _ = try PostgresStore(url: url) } }, { _ = try BusURL(url) },
                    { _ = try RegistryURL(url) }, { _ = try MailerURL(url, home: "/h") }, { try URLs.refusePassword(option, inFlag: url) },
                ]
                for body in bodies {
                    do {
                        try body()
                    } catch {
                        let message = "\(error)"
                        for part in ["canary", "nary", "anary", "ary@"] { #expect(!message.contains(part), "\(message)") }
                    }
                }
            }
        }
    }

    @Test(arguments: [
        ("store", "postgres://u:a/b@h"), ("store", "postgres://h/d?password=x"), ("store", "postgres://h/d?user=u&sslpassword=x"),
        ("bus", "nats://token@h"),
        ("mailer", "smtp://u:a?b@h"), ("bus", "nats://h?token=x"),
    ])
    func aFlagWithAPasswordIsRefused(option: String, url: String) {
        #expect(throws: ShippyError.self) { try URLs.refusePassword(option, inFlag: url) }
    }

    @Test(arguments: [("store", "postgres://u@h/d?sslmode=require"), ("bus", "nats://h:4222?creds=/file"), ("mailer", "smtp://h:25?tls=none")])
    func aFlagWithoutAPasswordIsTaken(option: String, url: String) throws {
        try URLs.refusePassword(option, inFlag: url)
    }

    /// A certificate says that encryption is wanted.
    @Test func aCertificateWithoutEncryptionIsRefused() throws {
        for name in ["ca", "cert", "key"] {
            let bus = #expect(throws: ShippyError.self) { try BusURL("nats://h?\(name)=/f&cert=/f&key=/f") }
            #expect(bus?.message.contains("use tls://HOST:PORT") == true)
            let registry = #expect(throws: ShippyError.self) { try RegistryURL("etcd://h?\(name)=/f") }
            #expect(registry?.message.contains("use etcds://HOST:PORT") == true)
        }
        let mailer = #expect(throws: ShippyError.self) { try MailerURL("smtp://h?tls=none&ca=/f", home: "/h") }
        #expect(mailer?.message.contains("tls=none") == true)
        for url in ["tls://h?cert=/f", "tls://h?key=/f"] { #expect(throws: ShippyError.self) { try BusURL(url) } }
        for url in ["etcds://h?cert=/f", "etcds://h?key=/f"] { #expect(throws: ShippyError.self) { try RegistryURL(url) } }
        _ = try BusURL("tls://h?ca=/f&cert=/f&key=/f")
        _ = try RegistryURL("etcds://h?ca=/f&cert=/f&key=/f")
        _ = try MailerURL("smtp://h?ca=/f", home: "/h")
    }

    @Test func anUnreadableSettingShowsNoSecret() async throws {
        let settings = try await Settings.load(GlobalOptions.parse(["--home", TemporaryDirectory().path]), environment: [:])
        #expect(!settings.unreadable("mailer", "smtp://u:canary@h", "x").message.contains("canary"))
        #expect(settings.unreadable("bcrypt-cost", "many", "x").message.contains("many"))
    }

    @Test func mailersAreRead() throws {
        if case .maildir(let path) = try MailerURL(nil, home: "/h") { #expect(path == "/h/mail") } else { Issue.record("no Maildir") }
        guard case .smtp(let smtp) = try MailerURL("smtp://u:p@mail.example:2525", home: "/h") else {
            Issue.record("no SMTP")
            return
        }
        #expect(smtp.host == "mail.example" && smtp.port == 2525 && smtp.security == .startTLS && smtp.user == "u" && smtp.password == "p")
        if case .smtp(let implicit) = try MailerURL("smtps://mail.example", home: "/h") {
            #expect(implicit.port == 465 && implicit.security == .implicit)
        }
        if case .smtp(let plain) = try MailerURL("smtp://localhost:25?tls=none", home: "/h") { #expect(plain.security == .plain) }
    }

    @Test(arguments: ["ftp://x", "smtp://", "maildir:", "smtp://u:canary@h?tls=none", "smtp://h?tls=maybe", "smtps://h?tls=none", "nonsense"])
    func othersAreRefusedWithoutTheirPassword(text: String) {
        let error = #expect(throws: ShippyError.self) { try MailerURL(text, home: "/h") }
        #expect(error?.code == .usage)
        #expect(error?.message.contains("canary") == false)
    }

    @Test func aPasswordInAFlagIsRefused() {
        let error = #expect(throws: ShippyError.self) { try URLs.refusePassword("mailer", inFlag: "smtp://u:canary@h") }
        #expect(error?.code == .usage)
        #expect(error?.message.contains("canary") == false)
    }
}
