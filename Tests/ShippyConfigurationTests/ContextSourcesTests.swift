import Foundation
import ShippyCore
import TestSupport
import Testing

@testable import ShippyConfiguration

/// Which context a command uses, and where its values rank.
@Suite struct ContextSourcesTests {
    private func test(_ contexts: Context..., current: String? = nil, file: String? = nil) throws -> SourcesUnderTest {
        let test = try SourcesUnderTest(file: file)
        try test.contexts.change { content in
            for context in contexts { try content.add(context) }
            try content.use(current)
        }
        return test
    }

    private let production = Context(
        name: "production", isProtected: true,
        settings: ["store": "postgres://context/n", "bus": "nats://context", "users-address": "context:1"])

    @Test func aContextRanksBetweenTheEnvironmentAndTheFile() throws {
        let test = try test(production, file: "store: postgres://file/n\nbus: nats://file\nregistry: etcd://file\nusers-address: file:1\n")
        let sources = try test.sources(
            flags: ["context": "production", "bus": "nats://flag"], environment: ["SHIPPY_STORE": "postgres://variable/n"])
        let configuration = try Configuration(sources)
        #expect(configuration.bus == .nats(NATSURL(servers: ["nats://flag:4222"])))
        #expect(configuration.store == .postgres(url: "postgres://variable/n"))
        #expect(configuration.usersAddress == HostPort(host: "context", port: 1))
        #expect(configuration.registry.place == "etcd://file:2379")
        #expect(configuration.mailer == .maildir(test.home("mail")))
        #expect(configuration.context?.name == "production" && configuration.context?.isProtected == true)
        #expect(configuration.credentialsHolder == .context("production"))
    }

    /// Variables of other programs do not decide where a command that names a context goes.
    @Test func aContextWinsOverTheTutorialsVariables() throws {
        let test = try test(production, current: "production")
        let tutorial = ["DB_HOST": "other", "DB_NAME": "n", "MICRO_BROKER": "nats", "MICRO_BROKER_ADDRESS": "other"]
        #expect(try test.configuration(environment: tutorial).store == .postgres(url: "postgres://context/n"))
        #expect(try test.configuration(flags: ["context": ""], environment: tutorial).store == .postgres(url: "postgres://other/n"))
    }

    @Test func aFlagSelectsBeforeAVariableAndThatBeforeTheCurrentOne() throws {
        let names = ["flag", "variable", "current"]
        let test = try SourcesUnderTest()
        try test.contexts.change { content in
            for name in names { try content.add(Context(name: name, settings: ["users-address": "\(name):1"])) }
            try content.use("current")
        }
        func selected(_ flags: [String: String] = [:], _ environment: [String: String] = [:]) throws -> SelectedContext? {
            try test.sources(flags: flags, environment: environment).context
        }
        let variable = ["SHIPPY_CONTEXT": "variable"]
        #expect(try selected(["context": "flag"], variable)?.name == "flag")
        #expect(try selected(["context": "flag"], variable)?.origin == .flag("--context"))
        #expect(try selected([:], variable)?.name == "variable")
        #expect(try selected([:], variable)?.origin == .variable("SHIPPY_CONTEXT"))
        #expect(try selected()?.name == "current")
        #expect(try selected()?.origin == .file(path: test.contexts.path, line: 2))
        // An empty name uses none.
        #expect(try selected(["context": ""], variable) == nil)
        #expect(try selected([:], ["SHIPPY_CONTEXT": ""]) == nil)
        #expect(try selected(["context": "flag"], ["SHIPPY_CONTEXT": ""])?.name == "flag")
        #expect(try test.sources(environment: ["SHIPPY_CONTEXT": ""]).warnings().isEmpty)
        #expect(try test.configuration(flags: ["context": ""]).credentialsHolder == .home(test.home.path))
    }

    /// `up` and `serve`.
    @Test func theCurrentContextIsPassedOverWhereItMustBeNamed() throws {
        let test = try test(production, current: "production")
        let passed = try test.sources(usesCurrentContext: false)
        #expect(passed.context == nil && passed.passedOverContext == "production")
        #expect(try Configuration(passed).isEmbedded)
        let named = try test.sources(flags: ["context": "production"], usesCurrentContext: false)
        #expect(named.context?.name == "production" && named.passedOverContext == nil)
        let variable = try test.sources(environment: ["SHIPPY_CONTEXT": "production"], usesCurrentContext: false)
        #expect(variable.context?.name == "production")
        #expect(try test.sources(flags: ["context": ""], usesCurrentContext: false).passedOverContext == nil)
        // Nothing about a file that does not count stops a service.
        chmod(test.contexts.path, 0o644)
        #expect(try test.sources(usesCurrentContext: false).passedOverContext == nil)
        #expect(throws: ShippyError.self) { try test.sources() }
        #expect(try test.sources(flags: ["context": ""]).context == nil)
    }

    @Test func anUnknownContextIsAMistakeOfUsage() throws {
        let test = try test(production)
        #expect(test.message(flags: ["context": "prodution"]) == #"--context: no context "prodution": did you mean production?"#)
        #expect(
            test.message(environment: ["SHIPPY_CONTEXT": "x"]) == #"SHIPPY_CONTEXT: no context "x": `shippy context list` lists all contexts"#)
        try test.contexts.change { $0.current = "gone" }
        #expect(
            test.message()?.replacing(test.contexts.path, with: "CONTEXTS")
                == #"CONTEXTS, line 2: no context "gone": `shippy context list` lists all contexts; with --context '' commands use no context"#)
    }

    @Test func errorsNameTheContextAndItsFile() throws {
        let test = try test(
            Context(name: "a", settings: ["store": "mysql://u:canary@h", "bus": "canary"]), Context(name: "b", settings: ["bsu": "canary"]),
            Context(name: "c", settings: ["color": "always"]), Context(name: "d", settings: ["users-address": "h:0"]))
        func message(_ name: String) -> String? { test.message(flags: ["context": name])?.replacing(test.contexts.path, with: "CONTEXTS") }
        #expect(
            message("a") == #"CONTEXTS, line 7: context a: cannot parse store "mysql://…@h": use sqlite:PATH or postgres://USER@HOST/DATABASE"#)
        #expect(message("b") == "CONTEXTS, line 11: context b: unknown setting: did you mean bus?")
        #expect(message("c") == "CONTEXTS, line 15: context c: color cannot be set in a context: use --color or SHIPPY_COLOR")
        #expect(message("d") == #"CONTEXTS, line 19: context d: cannot parse users-address "h:0": use HOST:PORT, such as 10.0.0.7:8083"#)
        // The others are none of this command's business.
        _ = try test.configuration()
    }

    @Test func itLeadsToItsOwnDataDirectoryAndFile() throws {
        let other = try SourcesUnderTest(file: "bcrypt-cost: 13")
        let test = try test(Context(name: "other", settings: ["home": other.home.path]))
        let environment = ["XDG_CONFIG_HOME": test.home("config")]
        let sources = try SettingSources(flags: ["context": "other"], environment: environment)
        #expect(sources.home.text == other.home.path)
        #expect(sources.home.origin.description == "context other, \(test.contexts.path):6")
        #expect(try Configuration(sources).bcryptCost == 13)
        let named = try SettingSources(flags: ["context": "other", "home": test.home.path], environment: environment)
        #expect(named.home.text == test.home.path)
    }

    /// They may have been meant for another installation.
    @Test func variablesThatOverrideAContextAreToldOf() throws {
        let test = try test(production, current: "production")
        let environment = ["SHIPPY_STORE": "postgres://other/n", "SHIPPY_BUS": "nats://context", "SHIPPY_REGISTRY": "etcd://x"]
        #expect(try test.sources(environment: environment).overriddenContext == ["SHIPPY_STORE overrides store of context production"])
        #expect(try test.sources(environment: environment).warnings() == ["SHIPPY_STORE overrides store of context production"])
        #expect(try test.sources(flags: ["store": "postgres://x/n"], environment: environment).overriddenContext.isEmpty)
        #expect(try test.sources(flags: ["context": ""], environment: environment).overriddenContext.isEmpty)
    }

    @Test func aNewContextHasWhatWasSaidAndMeansTheSameEverywhere() throws {
        let test = try SourcesUnderTest(file: "bus: nats://file")
        let here = FileManager.default.currentDirectoryPath
        let sources = try test.sources(
            flags: ["mailer": "maildir:mail", "output": "json"], environment: ["SHIPPY_STORE": "sqlite:data/../shippy.db", "SHIPPY_COLOR": "never"])
        #expect(
            sources.forContext == ["home": test.home.path, "mailer": "maildir:\(here)/mail", "store": "sqlite:\(here)/shippy.db"])
    }
}
