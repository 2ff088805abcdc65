import ArgumentParser
import Foundation
import ShippyCore
import ShippyNotificator
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

@Suite struct EngineURLTests {
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
