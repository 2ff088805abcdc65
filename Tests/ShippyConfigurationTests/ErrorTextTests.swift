import Foundation
import ShippyConfiguration
import ShippyCore
import TestSupport
import Testing

/// Errors say where, what and what to do, and never a secret.
@Suite struct ErrorTextTests {
    /// `FILE` is the path of the configuration file.
    @Test(arguments: [
        ("bcrypt_cost: 12", "FILE, line 1: unknown setting: did you mean bcrypt-cost?"),
        ("# a comment\n\nbcryptCost: 12", "FILE, line 3: unknown setting: did you mean bcrypt-cost?"),
        ("Store: x", "FILE, line 1: unknown setting: did you mean store?"),
        ("mail:\n  domain: x.example", "FILE, line 1: unknown setting: did you mean mail-domain?"),
        ("mail.domain: x.example", "FILE, line 1: unknown setting: did you mean mail-domain?"),
        ("canary: 1", "FILE, line 1: unknown setting: `shippy config show` lists all settings"),
        ("name: canary", "FILE, line 1: unknown setting: `shippy config show` lists all settings"),
        ("home: /tmp/canary", "FILE, line 1: home cannot be set in a configuration file: use --home or SHIPPY_HOME"),
        ("bcrypt-cost: 9", #"FILE, line 1: cannot parse bcrypt-cost "9": use a number from 10 to 20"#),
        ("color: auto\nmail-backoff: soon", #"FILE, line 2: cannot parse mail-backoff "soon": use a duration such as 10s, 5m, 1h30m or 7d"#),
        ("store:\n  url: canary", "FILE, line 1: cannot parse store: use a value, not nested settings"),
        ("store: [canary]", "FILE, line 1: cannot parse store: use one value, not a list"),
        ("allowed-host: [[canary]]", "FILE, line 1: cannot parse allowed-host: use a list of plain values"),
        ("mailer: ftp://u:canary@h", #"FILE, line 1: cannot parse mailer "ftp://…@h": use maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT"#),
        ("ops: 127.0.0.1:1\nops: 127.0.0.1:2", "FILE, line 1: this setting appears twice"),
        ("ops: a\n\nstore: canary: x", "FILE, line 3: invalid YAML at column 14: check quotes, indentation and colons"),
        ("# ours\ncolor: auto\nops: a\ncolor: auto", "FILE, line 2: this setting appears twice"),
        ("- canary", "FILE, line 1: not a setting: write NAME: VALUE"),
        ("canary", "FILE, line 1: not a setting: write NAME: VALUE"),
        ("[canary]: x", "FILE, line 1: not a setting: write NAME: VALUE"),
    ])
    func ofTheFile(file: String, message: String) throws {
        #expect(try SourcesUnderTest(file: file).message() == message)
    }

    @Test(arguments: [
        ("SHIPPY_BCRYPT_COST", "many", #"cannot parse SHIPPY_BCRYPT_COST "many": use a number from 10 to 20"#),
        ("SHIPPY_COLOR", "red", #"cannot parse SHIPPY_COLOR "red": use auto, always or never"#),
        ("SHIPPY_ALLOW_INSECURE", "perhaps", #"cannot parse SHIPPY_ALLOW_INSECURE "perhaps": use true or false"#),
        ("SHIPPY_USERS_HTTP", "nowhere", #"cannot parse SHIPPY_USERS_HTTP "nowhere": use HOST:PORT, such as 127.0.0.1:8081"#),
        ("SHIPPY_REGISTRY_TTL", "1ms", #"cannot parse SHIPPY_REGISTRY_TTL "1ms": use a duration of at least 1s, such as 10s, 5m, 1h30m or 7d"#),
        ("SHIPPY_EVENT_MAX_BYTES", "1", #"cannot parse SHIPPY_EVENT_MAX_BYTES "1": use a size from 1MiB to 1PiB, such as 512MiB or 4GiB"#),
        ("SHIPPY_MAIL_FROM", "nobody", #"cannot parse SHIPPY_MAIL_FROM "nobody": use an e-mail address, such as shippy@example.com"#),
        ("SHIPPY_STORE", "mysql://u:canary@h", #"cannot parse SHIPPY_STORE "mysql://…@h": use sqlite:PATH or postgres://USER@HOST/DATABASE"#),
        ("SHIPPY_BUS", "canary", #"cannot parse SHIPPY_BUS "…": use embedded, nats://HOST:PORT or tls://HOST:PORT"#),
        ("SHIPPY_OUTPUT", "x\u{1b}[2J", #"cannot parse SHIPPY_OUTPUT "x\u001b[2J": use text, json, jsonl or csv"#),
    ])
    func ofTheEnvironment(variable: String, value: String, message: String) throws {
        #expect(try SourcesUnderTest().message(environment: [variable: value]) == message)
    }

    @Test func ofTheTutorialsVariables() throws {
        let environment = ["MICRO_REGISTRY": "etcd", "MICRO_REGISTRY_ADDRESS": "consul://u:canary@h"]
        #expect(
            try SourcesUnderTest().message(environment: environment)
                == #"cannot parse MICRO_REGISTRY_ADDRESS "consul://…@h": use embedded, etcd://HOST:PORT or etcds://HOST:PORT"#)
    }

    @Test func ofAFlag() throws {
        #expect(try SourcesUnderTest().message(flags: ["output": "xml"]) == #"cannot parse --output "xml": use text, json, jsonl or csv"#)
        #expect(
            try SourcesUnderTest().message(flags: ["store": "postgres://u:canary@h/d"])
                == #"--store "postgres://…@h/…" contains a password, which other users of this machine could see: use SHIPPY_STORE or the configuration file"#
        )
    }

    @Test func aValueThatDoesNotFitNamesItsPlace() throws {
        let test = try SourcesUnderTest(file: "ops: 0.0.0.0:1")
        func message(_ flags: [String: String], _ environment: [String: String]) throws -> String {
            try test.configuration(flags: flags, environment: environment).fault(Settings.ops) { "\($0) is wrong" }.message
        }
        #expect(try message([:], [:]) == "\(test.path), line 1: ops is wrong")
        #expect(try message([:], ["SHIPPY_OPS": "0.0.0.0:2"]) == "SHIPPY_OPS is wrong")
        #expect(try message(["ops": "0.0.0.0:3"], [:]) == "--ops is wrong")
    }

    /// The line that is wrong may be the one with the password.
    @Test(arguments: [
        "mail-domain: x\nmailer: \"smtp://u:canary@h", "a: b\nmailer: smtp: canary: x", "a: b\nstore: [canary", "a: b\n\tcanary: x", "a: b\n&canary",
        "a: b\n- canary", "a: *canary", "canary: 1\ncanary: 2", "canary", "a: b\n{canary", "a: [[canary]]", "a: b\n%canary", "canary:\n  canary: 1",
        "store: !canary x\n? canary", "--- canary\n--- canary", "bus: 'nats://u:canary@h?x=canary'", "mailer: |\n  smtp://u:canary@h\n  x",
    ])
    func nothingOfTheFileIsShown(file: String) throws {
        let message = try SourcesUnderTest(file: file).message()
        #expect(message?.contains("FILE") == true)
        #expect(message?.contains("canary") == false, "\(message ?? "")")
    }

    @Test func bytesThatAreNotTextAreNotShown() throws {
        let test = try SourcesUnderTest()
        try #require(try? Data([0x73, 0xff, 0xfe, 0x3a]).write(to: URL(fileURLWithPath: test.path)))
        #expect(test.message() == "FILE: not valid UTF-8")
    }

    @Test(arguments: ["", "\n\n", "# nothing\n", "---\n", "store:\nbus: null\nregistry: ~\nmailer: \"\"\n"])
    func anEmptyFileIsValid(file: String) throws {
        let test = try SourcesUnderTest(file: file)
        #expect(try test.configuration().store == .sqlite(path: test.home("shippy.db")))
    }
}
