import Foundation
import ShippyCore
import TestSupport
import Testing

@testable import ShippyConfiguration

@Suite struct SettingSourcesTests {
    /// As some editors write it.
    @Test func aByteOrderMarkIsSkipped() throws {
        #expect(try SourcesUnderTest(file: "\u{feff}bcrypt-cost: 13").configuration().bcryptCost == 13)
    }

    @Test func aFlagWinsOverTheEnvironmentAndThatOverTheFile() throws {
        let test = try SourcesUnderTest(file: "mail-domain: file.example\nbcrypt-cost: 11\n")
        let environment = ["SHIPPY_MAIL_DOMAIN": "env.example"]
        #expect(try test.configuration(flags: ["mail-domain": "flag.example"], environment: environment).mailDomain == "flag.example")
        #expect(try test.configuration(environment: environment).mailDomain == "env.example")
        #expect(try test.configuration(environment: environment).bcryptCost == 11)
        #expect(try test.configuration().mailDomain == "file.example")
    }

    @Test func anEmptyVariableIsNotSet() throws {
        let test = try SourcesUnderTest(file: "mail-domain: file.example")
        #expect(try test.configuration(environment: ["SHIPPY_MAIL_DOMAIN": ""]).mailDomain == "file.example")
    }

    @Test func aFlagWithoutAValueWorksFromEverywhere() throws {
        #expect(try SourcesUnderTest().configuration(flags: ["allow-insecure": "true"]).allowInsecure)
        for text in ["true", "yes", "1", "on", "TRUE"] {
            #expect(try SourcesUnderTest().configuration(environment: ["SHIPPY_ALLOW_INSECURE": text]).allowInsecure)
            #expect(try SourcesUnderTest(file: "allow-insecure: \(text)\nreadonly: \(text)").configuration().allowInsecure)
        }
        let off = try SourcesUnderTest(file: "allow-insecure: true")
        #expect(try !off.configuration(environment: ["SHIPPY_ALLOW_INSECURE": "false"]).allowInsecure)
        #expect(try SourcesUnderTest(file: "readonly: yes").configuration().isReadOnly)
    }

    @Test func aListIsSeparatedByCommasOrAListOfTheFile() throws {
        for file in ["allowed-host: a.example, b.example", "allowed-host: [a.example, b.example]", "allowed-host:\n  - a.example\n  - b.example\n"] {
            #expect(try SourcesUnderTest(file: file).configuration().allowedHosts == ["a.example", "b.example"])
        }
        #expect(try SourcesUnderTest().configuration(environment: ["SHIPPY_ALLOWED_HOST": "a,b"]).allowedHosts == ["a", "b"])
    }

    @Test func theTutorialsVariablesAreHonouredWhereOursAreAbsent() throws {
        let tutorial = [
            "MICRO_BROKER": "nats", "MICRO_BROKER_ADDRESS": "broker:4222", "MICRO_REGISTRY": "etcd", "MICRO_REGISTRY_ADDRESS": "http://etcd:2379",
            "MICRO_REGISTER_TTL": "30", "DB_HOST": "db", "DB_USER": "u", "DB_NAME": "n", "DB_PASSWORD": "p@ss",
        ]
        let test = try SourcesUnderTest(file: "bus: nats://file:1\nregistry-ttl: 5s\n")
        let configuration = try test.configuration(environment: tutorial)
        #expect(configuration.bus == .nats(NATSURL(servers: ["nats://broker:4222"])))
        #expect(configuration.registry == .etcd(EtcdURL(endpoints: [HostPort(host: "etcd", port: 2379)], isEncrypted: false)))
        #expect(configuration.store == .postgres(url: "postgres://u:p%40ss@db/n"))
        #expect(configuration.registryTTL == .seconds(30))
        #expect(configuration.sources.given(Settings.bus.row)?.origin == .tutorial(["MICRO_BROKER_ADDRESS"]))
        #expect(configuration.sources.given(Settings.store.row)?.origin == .tutorial(["DB_HOST", "DB_USER", "DB_PASSWORD", "DB_NAME"]))
        let ours = try test.configuration(environment: tutorial.merging(["SHIPPY_BUS": "embedded"]) { $1 })
        #expect(ours.bus == .embedded)
        let otherBroker = try test.configuration(environment: ["MICRO_BROKER": "kafka", "MICRO_BROKER_ADDRESS": "broker:4222"])
        #expect(otherBroker.bus == .nats(NATSURL(servers: ["nats://file:1"])))
    }

    /// The name of a user, or the state of a list, is not a setting.
    @Test func onlySettingsAreSettings() throws {
        let names = Settings.all.map(\.name)
        for name in ["name", "company", "state", "limit", "after", "all", "since", "until", "format", "id", "filter", "idempotency-key", "dry-run"] {
            #expect(!names.contains(name))
        }
        let sources = try SourcesUnderTest().sources(environment: ["SHIPPY_NAME": "x", "SHIPPY_STATE": "dead"])
        #expect(sources.problems().isEmpty)
        #expect(
            sources.warnings() == [
                "unknown variable SHIPPY_NAME: shippy does not use it", "unknown variable SHIPPY_STATE: shippy does not use it",
            ])
    }

    @Test func unknownVariablesAreWarnedOf() throws {
        let environment = ["SHIPPY_BCRYPT_COTS": "11", "SHIPPY_SEED": "7", "SHIPPY_HOME": "/tmp", "PATH": "/bin", "shippy_x": "1"]
        #expect(
            try SourcesUnderTest().sources(environment: environment).warnings() == [
                "unknown variable SHIPPY_BCRYPT_COTS: did you mean SHIPPY_BCRYPT_COST?", "unknown variable SHIPPY_SEED: shippy does not use it",
            ])
    }

    @Test func theDataDirectoryIsNamedOrTheUsual() throws {
        let named = try SettingSources(flags: [:], environment: ["SHIPPY_HOME": "/nonexistent/x/../y", "HOME": "/root"])
        #expect(named.home == GivenValue(text: "/nonexistent/y", origin: .variable("SHIPPY_HOME")))
        #expect(try SettingSources(flags: [:], environment: ["HOME": "/nonexistent"]).home.text == "/nonexistent/.local/share/shippy")
        let data = try SettingSources(flags: [:], environment: ["HOME": "/nonexistent", "XDG_DATA_HOME": "/nonexistent/data"])
        #expect(data.home == GivenValue(text: "/nonexistent/data/shippy", origin: .standard))
        #expect(data.configurationFile.text == "/nonexistent/data/shippy/config.yaml")
        #expect(!FileManager.default.fileExists(atPath: "/nonexistent"))
    }

    @Test func aNamedFileMustBeThere() throws {
        let test = try SourcesUnderTest()
        #expect(throws: ShippyError.self) { try test.sources(flags: ["config": test.home("none.yaml")]) }
        #expect(throws: ShippyError.self) { try test.sources(flags: ["config": test.home.path]) }
        let other = try SourcesUnderTest(file: "bcrypt-cost: 14")
        #expect(try test.configuration(environment: ["SHIPPY_CONFIG": other.path]).bcryptCost == 14)
    }

    /// Every problem at once, in the order of the file and the table.
    @Test func allProblemsAreFound() throws {
        let test = try SourcesUnderTest(file: "colour: red\nbcrypt-cost: many\nstorre: x\n")
        let problems = try test.sources(flags: ["output": "xml"]).problems().map { $0.message.replacing(test.path, with: "FILE") }
        #expect(
            problems == [
                "FILE, line 1: unknown setting: did you mean color?", "FILE, line 3: unknown setting: did you mean store?",
                #"cannot parse --output "xml": use text, json, jsonl or csv"#,
                #"FILE, line 2: cannot parse bcrypt-cost "many": use a number from 10 to 20"#,
            ])
    }
}
