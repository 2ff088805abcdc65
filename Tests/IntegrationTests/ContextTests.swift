import Foundation
import TestSupport
import Testing

/// `shippy context`, and commands that use one, with the real binary.
@Suite struct ContextTests {
    /// The data directory of commands without a context.
    private let home: TemporaryDirectory
    /// `$XDG_CONFIG_HOME`.
    private let config: TemporaryDirectory

    init() throws {
        home = try TemporaryDirectory()
        config = try TemporaryDirectory()
    }

    private var file: String { config("shippy/contexts.yaml") }

    private func environment(_ more: [String: String]) -> [String: String] { ["XDG_CONFIG_HOME": config.path].merging(more) { $1 } }

    private func shippy(_ arguments: String..., environment: [String: String] = [:]) async throws -> Outcome {
        try await ShippyBinary.run(arguments, home: home.path, environment: self.environment(environment))
    }

    /// A command in a shell that says nothing about the data directory, so that the context does.
    private func shippyWithoutHome(_ arguments: String..., environment: [String: String] = [:]) async throws -> Outcome {
        try await shippy(arguments, environment.merging(["SHIPPY_HOME": ""]) { $1 })
    }

    private func shippy(_ arguments: [String], _ environment: [String: String]) async throws -> Outcome {
        try await ShippyBinary.run(arguments, home: home.path, environment: self.environment(environment))
    }

    private func terminal(_ arguments: [String], environment: [String: String] = [:], _ steps: PseudoTerminal.Step...) async throws -> PseudoTerminal
    {
        // Variadic arguments cannot be passed on.
        switch steps.count {
        case 0: try await PseudoTerminal.run(arguments, home: home.path, environment: self.environment(environment))
        case 2: try await PseudoTerminal.run(arguments, home: home.path, environment: self.environment(environment), steps[0], steps[1])
        default: throw NeverHappened(description: "two steps")
        }
    }

    private func names() async throws -> [String] {
        try await shippy("context", "list", "-o", "jsonl").objects().compactMap { $0["name"] as? String }
    }

    // MARK: The file

    @Test func contextsAreAddedListedUsedShownAndRemoved() async throws {
        #expect(try await shippy("context", "list", "-o", "json").output == "[]\n")
        let variables = ["SHIPPY_STORE": "postgres://u:canary@db.example/n", "SHIPPY_HOME": ""]
        let added = try await shippy(
            "context", "add", "production", "--protected", "--registry", "etcd://10.0.0.1:2379", "-o", "json", environment: variables)
        #expect(added.status == 0, "\(added.errors)")
        #expect(
            added.output
                == #"{"name":"production","current":false,"protected":true,"settings":{"store":"postgres://…@db.example/…","registry":"etcd://10.0.0.1:2379"},"credentials":"none"}"#
                + "\n")
        #expect(try await shippyWithoutHome("context", "add", "local", "--home", "x/../y").output.contains("/y\n"))
        #expect(try await shippy("context", "use", "production").output.isEmpty)
        let list = try await shippy("context", "list")
        #expect(list.lines.map { $0.split(separator: " ").first } == ["CURRENT", "local", "*"])
        #expect(list.lines[2].hasSuffix("production  yes        none         store=postgres://…@db.example/… registry=etcd://10.0.0.1:2379"))
        #expect(try await shippy("context", "show").output.contains("current      yes"))
        #expect(try await shippy("context", "show", "local", "-o", "json").objects().first?["current"] as? Bool == false)
        for outcome in [added, list, try await shippy("context", "show")] { #expect(!outcome.output.contains("canary")) }
        #expect(try String(contentsOfFile: file, encoding: .utf8).contains("canary"), "the command could not log in without it")
        // A script may not remove what is protected without naming it.
        let refused = try await shippy("context", "remove", "production", "--yes")
        #expect(refused.status == 64)
        #expect(refused.errors == "shippy: context production is protected: add --confirm production\n")
        #expect(try await shippy("context", "remove", "production", "--confirm", "production").status == 0)
        #expect(try await names() == ["local"])
        #expect(try await shippy("context", "show").status == 66)
    }

    @Test func mistakesSayWhatToDo() async throws {
        try await add("production")
        func refusal(_ status: Int32, _ arguments: String..., environment: [String: String] = [:]) async throws -> String {
            let outcome = try await shippy(arguments, environment)
            #expect(outcome.status == status, "\(arguments)")
            #expect(outcome.output.isEmpty)
            return outcome.errors
        }
        #expect(
            try await refusal(64, "user", "list", "--context", "prodution")
                == "shippy: --context: no context \"prodution\": did you mean production?\n")
        #expect(
            try await refusal(64, "status", environment: ["SHIPPY_CONTEXT": "x"])
                == "shippy: SHIPPY_CONTEXT: no context \"x\": `shippy context list` lists all contexts\n")
        #expect(try await refusal(66, "context", "use", "prodution") == "shippy: no context \"prodution\": did you mean production?\n")
        #expect(try await refusal(66, "context", "remove", "x").contains("no context \"x\""))
        #expect(try await refusal(65, "context", "add", "production", "--users-address", "h:1").contains("already exists"))
        #expect(try await refusal(64, "context", "add", "a b", "--users-address", "h:1").contains("cannot use the context name \"a b\""))
        #expect(try await refusal(64, "context", "add", "b", "--context", "production").contains("does not use --context"))
        #expect(try await refusal(64, "context", "add", "b", "--users-address", "h").contains("cannot parse --users-address \"h\""))
        #expect(
            try await refusal(64, "context", "add", "b", "--store", "postgres://u:canary@h/n").contains("other users of this machine could see"))
        #expect(try await refusal(64, "context", "add", "b", environment: ["SHIPPY_HOME": ""]).contains("a context needs a setting"))
        // A broken file stops everything but what uses none.
        chmod(file, 0o644)
        #expect(try await refusal(77, "user", "list").contains("can be read by other users, and may contain passwords: run `chmod 600"))
        #expect(try await refusal(77, "context", "list").contains("chmod 600"))
        #expect(try await shippy("user", "list", "--context", "").status == 0)
    }

    @Test func replacingForgetsTheCredentials() async throws {
        try await add("a")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let login = text.replacing("    settings:", with: "    credentials: {api-token: canary}\n    settings:")
        try login.write(toFile: file, atomically: false, encoding: .utf8)
        let shown = try await shippy("context", "show", "a")
        #expect(shown.output.contains("credentials    API token") && !shown.output.contains("canary"))
        #expect(try await shippy("context", "add", "a", "--replace", "--users-address", "other:1").output.contains("none"))
        #expect(try !String(contentsOfFile: file, encoding: .utf8).contains("canary"))
    }

    @Test func manyAtOnceLoseNothing() async throws {
        let script = "for n in {1..20}; do $shippy context add c$n --users-address h:$n >/dev/null & pids+=($!); done; wait ${pids[@]}"
        let outcome = try await ShippyBinary.shell(script, home: home.path, environment: environment([:]))
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try await Set(names()) == Set((1...20).map { "c\($0)" }))
    }

    /// Killed after each change that it makes to its files, and then the power is cut.
    @Test func aCrashLeavesTheOldContextsOrTheNew() async throws {
        let power = try await PowerCut()
        let place = ["XDG_CONFIG_HOME": power.home + "/config"]
        func add(_ name: String, _ environment: [String: String]) async throws -> Outcome {
            try await ShippyBinary.run(
                ["context", "add", name, "--users-address", "h:1"], home: home.path, environment: place.merging(environment) { $1 })
        }
        func names() async throws -> Set<String> {
            let list = try await ShippyBinary.run(["context", "list", "-o", "jsonl"], home: home.path, environment: place)
            #expect(list.status == 0, "\(list.errors)")
            return Set(try list.objects().compactMap { $0["name"] as? String })
        }
        #expect(try await add("a", power.environment).status == 0)
        try await power.restore(seed: 0)
        #expect(try await names() == ["a"], "what was acknowledged is on disk")
        #expect(try await add("counted", power.counting).status == 0)
        let changes = try power.changes()
        #expect(changes >= 3)
        var before = try await names()
        for number in 1...changes {
            let outcome = try await add("b\(number)", power.killing(after: number))
            try await power.restore(seed: number.isMultiple(of: 2) ? 0 : UInt64(number))
            let after = try await names()
            #expect(after == before || after == before.union(["b\(number)"]), "\(number)")
            if outcome.status == 0 { #expect(after.contains("b\(number)")) }
            before = after
        }
    }

    // MARK: Commands in a context

    @Test func aContextLeadsToAnotherDataDirectory() async throws {
        let other = try TemporaryDirectory()
        #expect(try await shippyWithoutHome("context", "add", "other", "--home", other.path).status == 0)
        let created = try await shippyWithoutHome("user", "create", "ada@example.com", environment: ["SHIPPY_CONTEXT": "other"])
        #expect(created.status == 0, "\(created.errors)")
        #expect(try await shippyWithoutHome("user", "list", "-o", "jsonl", "--context", "other").lines.count == 1)
        #expect(try await shippy("user", "list", "-o", "jsonl").lines.isEmpty, "without the context, nobody is there")
        // The variable of the shell wins, and that is said.
        let overridden = try await shippy("user", "list", "-o", "jsonl", "--context", "other")
        #expect(overridden.lines.isEmpty)
        #expect(overridden.errors == "shippy: SHIPPY_HOME overrides home of context other\n")
        let sources = try await shippyWithoutHome("config", "show", "--sources", "--context", "other")
        #expect(sources.output.contains("context other, \(file):"))
        #expect(sources.lines.contains { $0.split(separator: " ") == ["context", "other", "--context"] })
        let status = try await shippyWithoutHome("status", "-o", "json", "--context", "other")
        #expect(try status.objects().first?["context"] as? String == "other")
    }

    /// Choosing a context must not start services on its engines.
    @Test func upDoesNotUseTheCurrentContext() async throws {
        let other = try TemporaryDirectory()
        #expect(try await shippyWithoutHome("context", "add", "other", "--home", other.path).status == 0)
        #expect(try await shippy("context", "use", "other").status == 0)
        let server = try await Server.start(home: "", environment: environment(["SHIPPY_HOME": "", "XDG_DATA_HOME": home.path]))
        #expect(server.process.errors.contains("the current context is not used: --context or SHIPPY_CONTEXT must name it  context=other"))
        #expect(server.process.output.contains(#""home":"\#(home.path)/shippy""#))
        try await server.stop()
        // Named, it is used.
        let context = try TemporaryDirectory()
        #expect(try await shippyWithoutHome("context", "add", "named", "--home", context.path).status == 0)
        let named = try await Server.start(home: "", ["--context", "named"], environment: environment(["SHIPPY_HOME": ""]))
        #expect(named.process.output.contains(#""home":"\#(context.path)""#))
        try await named.stop()
    }

    @Test func anAddressNeedsNoEngine() async throws {
        let server = try await Server.start(home: home.path)
        let (users, notificator) = (try #require(server.addresses["users grpc"]), try #require(server.addresses["notificator grpc"]))
        let elsewhere = try TemporaryDirectory()
        let added = try await shippyWithoutHome(
            "context", "add", "remote", "--home", elsewhere("none"), "--registry", "etcd://127.0.0.1:1", "--users-address", users,
            "--notificator-address", notificator)
        #expect(added.status == 0, "\(added.errors)")
        #expect(try await shippy("context", "use", "remote").status == 0)
        let created = try await shippyWithoutHome("user", "create", "ada@example.com", "-o", "json")
        #expect(created.status == 0, "\(created.errors)")
        #expect(try await shippyWithoutHome("user", "get", "ada@example.com").status == 77, "not logged in")
        let asOwner = ["SHIPPY_TOKEN": try await server.token()]
        #expect(try await shippyWithoutHome("user", "get", "ada@example.com", environment: asOwner).status == 0)
        let mail = try await shippyWithoutHome("mail", "test", "ada@example.com", "-o", "json")
        #expect(mail.status == 0, "\(mail.errors)")
        let id = try #require(try mail.objects().first?["id"] as? String)
        #expect(mail.errors.contains("has queued the mail"))
        try await eventually("the mail is sent") {
            try await shippy("mail", "show", id, "--context", "", "-o", "json").objects().first?["state"] as? String == "sent"
        }
        #expect(try await shippyWithoutHome("user", "delete", "ada@example.com", environment: asOwner).status == 0)
        #expect(!FileManager.default.fileExists(atPath: elsewhere("none")), "no engine was opened")
        try await server.stop()
        // Nothing is started here instead.
        let gone = try await shippyWithoutHome("user", "list")
        #expect(gone.status == 69)
        #expect(gone.errors.contains("users at \(users)") && gone.errors.contains("check users-address (context remote, \(file):"), "\(gone.errors)")
        let flag = try await shippy("user", "list", "--users-address", users, "--context", "")
        #expect(flag.errors.hasSuffix(": check --users-address\n"))
    }

    // MARK: Questions

    @Test func aTerminalIsAskedBeforeAUserIsDeleted() async throws {
        for name in ["a", "b", "c"] { #expect(try await shippy("user", "create", "\(name)@example.com").status == 0) }
        let no = try await terminal(
            ["user", "delete", "a@example.com"], .wait("Delete user a@example.com in \(home.path)\\? \\[y/N\\] "), .keys("n\n"))
        #expect(no.status == 1)
        #expect(no.output.contains("shippy: no user was deleted"))
        #expect(try await shippy("user", "get", "a@example.com").status == 0)
        let yes = try await terminal(["user", "delete", "a@example.com"], .wait("\\[y/N\\] "), .keys("y\n"))
        #expect(yes.status == 0)
        #expect(try await shippy("user", "get", "a@example.com").status == 66)
        let interrupted = try await terminal(["user", "delete", "b@example.com"], .wait("\\[y/N\\] "), .keys("\u{3}"))
        #expect(interrupted.status == 130)
        let ended = try await terminal(["user", "delete", "b@example.com"], .wait("\\[y/N\\] "), .keys("\u{4}"))
        #expect(ended.status == 1)
        #expect(try await shippy("user", "get", "b@example.com").status == 0)
        let unasked = try await terminal(["user", "delete", "b@example.com", "--yes"])
        #expect(unasked.status == 0 && !unasked.output.contains("[y/N]"))
        // Nobody is asked about a user who is not there.
        let missing = try await terminal(["user", "delete", "b@example.com"])
        #expect(missing.status == 66 && !missing.output.contains("[y/N]"))
        // A script goes on as ever.
        #expect(try await shippy("user", "delete", "c@example.com").status == 0)
    }

    @Test func aProtectedContextWantsItsName() async throws {
        let production = try TemporaryDirectory()
        #expect(try await shippyWithoutHome("context", "add", "production", "--protected", "--home", production.path).status == 0)
        #expect(try await shippy("context", "use", "production").status == 0)
        let here = ["SHIPPY_HOME": ""]
        #expect(try await shippyWithoutHome("user", "create", "ada@example.com").status == 0)
        let delete = ["user", "delete", "ada@example.com"]
        for answer in ["y\n", "yes\n", "prod\n", "\n"] {
            let refused = try await terminal(
                delete + ["--yes"], environment: here,
                .wait("Delete user ada@example.com in the protected context production\\?\\s+Type production to confirm: "), .keys(answer))
            #expect(refused.status == 1, "\(answer)")
        }
        for arguments in [delete, delete + ["--yes"]] {
            let refused = try await shippy(arguments, here)
            #expect(refused.status == 64)
            #expect(refused.errors == "shippy: context production is protected: add --confirm production\n")
        }
        #expect(try await shippy(delete + ["--confirm", "staging"], here).errors == "shippy: --confirm \"staging\": the context is production\n")
        #expect(try await shippyWithoutHome("user", "get", "ada@example.com").status == 0)
        let typed = try await terminal(delete, environment: here, .wait("confirm: "), .keys("production\n"))
        #expect(typed.status == 0)
        #expect(try await shippyWithoutHome("user", "create", "ada@example.com").status == 0)
        #expect(try await shippy(delete + ["--confirm", "production"], here).status == 0)
    }

    /// Also what can be given back: a right, a session, a password.
    @Test func aProtectedContextWantsItsNameBeforeAnythingIsTakenAway() async throws {
        let production = try TemporaryDirectory()
        #expect(try await shippyWithoutHome("context", "add", "production", "--protected", "--home", production.path).status == 0)
        #expect(try await shippy("context", "use", "production").status == 0)
        let here = ["SHIPPY_HOME": ""]
        #expect(try await shippyWithoutHome("user", "create", "ada@example.com").status == 0)
        let token = try #require(
            try await shippyWithoutHome("token", "create", "ci", "--role", "reader", "--expires", "1d", "-o", "json").objects().first?["id"]
                as? String)
        let commands = [
            ["user", "disable", "ada@example.com"], ["user", "set-role", "ada@example.com", "reader"],
            ["user", "set-password", "ada@example.com", "--password-stdin"], ["user", "reset-password", "ada@example.com"],
            ["session", "revoke", "--user", "ada@example.com"], ["token", "revoke", String(token.prefix(18))],
        ]
        for command in commands {
            let refused = try await shippy(command, here)
            #expect(refused.status == 64 && refused.errors == "shippy: context production is protected: add --confirm production\n", "\(command)")
        }
        #expect(try await shippyWithoutHome("user", "get", "ada@example.com").output.contains(#/state +active/#))
        let no = try await terminal(
            commands[0], environment: here, .wait("Disable user ada@example.com in the protected context production\\?"), .keys("y\n"))
        #expect(no.status == 1 && no.output.contains("no user was disabled"))
        #expect(try await shippy(commands[1] + ["--confirm", "production"], here).status == 0)
        #expect(try await shippy(commands[5] + ["--confirm", "production"], here).status == 0)
        #expect(try await shippyWithoutHome("token", "list", "-o", "jsonl").output.isEmpty)
        // Elsewhere, nobody is asked.
        let unasked = try await terminal(["user", "disable", "ada@example.com", "--home", production.path, "--context", ""], environment: here)
        #expect(unasked.status == 0 && !unasked.output.contains("?"), "\(unasked.output)")
    }

    /// What this machine has, or has not, is another installation's.
    @Test func theStatusOfAnInstallationOfWhichOnlyAddressesAreKnownIsNotThatOfThisMachine() async throws {
        try await add("production")
        let status = try await shippy(["status", "--context", "production"], ["SHIPPY_HOME": ""])
        #expect(status.status == 64 && status.output.isEmpty)
        #expect(status.errors.contains("context production knows only the address of a service"))
    }

    @Test func deregisteringAsksToo() async throws {
        let server = try await Server.start(home: home.path)
        let deregister = ["registry", "deregister", "users", server.users]
        let no = try await terminal(deregister, .wait("Deregister users users-[0-9a-f]+ in \(home.path)\\? \\[y/N\\] "), .keys("\n"))
        #expect(no.status == 1 && no.output.contains("no instance was deregistered"))
        let missing = try await terminal(["registry", "deregister", "users", "nothing"])
        #expect(missing.status == 66)
        #expect(try await shippyWithoutHome("context", "add", "production", "--protected", "--home", home.path).status == 0)
        #expect(try await shippy(deregister, ["SHIPPY_CONTEXT": "production"]).status == 64)
        #expect(try await shippy(deregister + ["--confirm", "production"], ["SHIPPY_CONTEXT": "production"]).status == 0)
        // The panel asks for the name, too.
        let panel = try await PseudoTerminal.run(
            ["registry", "tui", "notificator", "--context", "production"], home: home.path, environment: environment(["SHIPPY_HOME": ""]),
            .wait("production"), .wait("alive"), .keys("X"), .wait("Type production: "), .keys("y\r"), .wait("nothing was deregistered"),
            .keys("X"), .wait("Type production: "), .keys("production\r"), .wait("deregistered; if it is still running"),
            .keys("q"))
        #expect(panel.status == 0)
        try await server.stop()
    }

    // MARK: Completion

    @Test func aShellCompletesTheirNames() async throws {
        try await add("production")
        try await add("staging")
        /// What the generated scripts ask.
        func offered(_ command: [String], for argument: String, _ words: [String], environment: [String: String] = [:]) async throws -> [String] {
            let line = ["shippy"] + command + words
            let question = ["---completion"] + command + ["--", argument, "\(line.count - 1)", "0"] + line
            let shell = ["SAP_SHELL": "bash", "SAP_SHELL_VERSION": "5.2", "SHIPPY_HOME": ""]
            return try await shippy(question, shell.merging(environment) { $1 }).lines
        }
        #expect(try await offered(["context", "use"], for: "positional@0", [""]) == ["production", "staging"])
        #expect(try await offered(["user", "list"], for: "--context", ["--context", ""]) == ["production", "staging"])
        #expect(try await offered(["user", "delete"], for: "--confirm", ["--confirm", ""]) == ["production", "staging"])
        // Users are those of the context that the line names.
        let other = try TemporaryDirectory()
        #expect(try await shippyWithoutHome("context", "add", "other", "--home", other.path).status == 0)
        #expect(try await shippyWithoutHome("user", "create", "ada@example.com", "--context", "other").status == 0)
        #expect(try await offered(["user", "get"], for: "positional@0", ["--context", "other", ""]) == ["ada@example.com"])
        #expect(try await offered(["user", "get"], for: "positional@0", [""], environment: ["SHIPPY_HOME": home("none")]).isEmpty)
        // A broken file offers nothing, and says nothing.
        chmod(file, 0o644)
        #expect(try await offered(["context", "use"], for: "positional@0", [""]).isEmpty)
    }

    private func add(_ name: String) async throws {
        let outcome = try await shippyWithoutHome("context", "add", name, "--users-address", "h:1")
        #expect(outcome.status == 0, "\(outcome.errors)")
    }
}
