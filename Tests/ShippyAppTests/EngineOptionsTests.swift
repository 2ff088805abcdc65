import EmbeddedEngines
import NATSEngine
import SMTPEngine
import ShippyConfiguration
import ShippyCore
import ShippyNotificator
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct EngineOptionsTests {
    private func configuration(_ environment: [String: String] = [:]) throws -> Configuration {
        try Configuration(SettingSources(flags: ["home": TemporaryDirectory().path], environment: environment))
    }

    /// The engines' own tests run with what people get.
    @Test func enginesHaveTheDefaultsOfTheTable() throws {
        let configuration = try configuration()
        #expect(StoreRetention().sentMail == configuration.mailKeep)
        #expect(StoreRetention().audit == configuration.auditKeep)
        #expect(EmbeddedBus.EventRetention() == EmbeddedBus.EventRetention(age: configuration.eventMaxAge, bytes: configuration.eventMaxBytes))
        guard case .nats(let url) = try BusURL("nats://h") else {
            Issue.record("not NATS")
            return
        }
        #expect(NATSOptions(servers: ["nats://h:4222"]) == NATSOptions(url, configuration))
        #expect(SendingPolicy() == SendingPolicy(maxAttempts: configuration.mailAttempts, backoff: configuration.mailBackoff))
    }

    @Test func everySettingOfNATSArrives() throws {
        let configuration = try configuration([
            "SHIPPY_EVENT_MAX_AGE": "1d", "SHIPPY_EVENT_MAX_BYTES": "2MiB", "SHIPPY_EVENT_SUBJECTS": "a.>, b", "SHIPPY_EVENT_REPLICAS": "3",
            "SHIPPY_BUS": "tls://u:p@h?stream=S&creds=/c&ca=/ca&cert=/cert&key=/key",
        ])
        guard case .nats(let url) = configuration.bus else {
            Issue.record("not NATS")
            return
        }
        #expect(
            NATSOptions(url, configuration)
                == NATSOptions(
                    servers: ["tls://u:p@h:4222"], credentialsFile: "/c", caFile: "/ca", certificateFile: "/cert", keyFile: "/key", stream: "S",
                    subjects: ["a.>", "b"], replicas: 3, maxAge: .seconds(86_400), maxBytes: 2 << 20))
    }

    @Test func everySettingOfSMTPArrives() throws {
        let configuration = try configuration([
            "SHIPPY_MAILER": "smtps://u:p@h:1?ca=/ca", "SHIPPY_SMTP_DEADLINE": "2s", "SHIPPY_SMTP_CONNECTIONS": "3", "SHIPPY_MAIL_KEEP": "1d",
            "SHIPPY_AUDIT_KEEP": "2d",
        ])
        guard case .smtp(let url) = configuration.mailer else {
            Issue.record("not SMTP")
            return
        }
        let options = SMTPMailer.Options(url, configuration)
        #expect(options.host == "h" && options.port == 1 && options.security == .implicit)
        #expect(options.user == "u" && options.password == "p" && options.caFile == "/ca")
        #expect(options.deadline == .seconds(2) && options.connections == 3)
        #expect(StoreRetention(configuration).sentMail == .seconds(86_400))
        #expect(StoreRetention(configuration).audit == .seconds(2 * 86_400))
    }
}
