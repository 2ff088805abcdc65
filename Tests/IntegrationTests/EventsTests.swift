import Foundation
import ShippyCore
import TestSupport
import Testing

/// The commands about events, on both buses.
@Suite struct EventsTests {
    enum Bus: String, CaseIterable, CustomTestStringConvertible, Sendable {
        case embedded, nats

        var testDescription: String { rawValue }
    }

    /// An installation whose store is embedded.
    private struct Installation {
        let home: TemporaryDirectory
        let server: NATSServer?

        init(_ bus: Bus) async throws {
            home = try TemporaryDirectory()
            try ShippyBinary.makeSecret(home("secret"))
            server = bus == .nats ? try await NATSServer.start() : nil
        }

        var environment: [String: String] {
            server.map { ["SHIPPY_BUS": $0.url, "SHIPPY_SECRET_FILE": home("secret"), "SHIPPY_EVENT_SUBJECTS": "user.>,demo.>,dead-letter.>"] } ?? [:]
        }

        func shippy(_ arguments: String..., input: String? = nil, environment more: [String: String] = [:]) async throws -> Outcome {
            try await ShippyBinary.run(arguments, home: home.path, input: input, environment: environment.merging(more) { $1 })
        }

        func publish(_ number: Int, subject: String = "user.created", id: String? = nil, headers: [String] = []) async throws {
            let body = #"{"id":"\#(number)","name":"N\#(number)","company":"C\#(number % 2)","email":"u\#(number)@example.com"}"#
            let arguments = ["events", "publish", subject] + (id.map { ["--id", $0] } ?? []) + headers.flatMap { ["--header", $0] }
            let outcome = try await ShippyBinary.run(arguments, home: home.path, input: body, environment: environment)
            #expect(outcome.status == 0, "\(outcome.errors)")
        }

        /// A dead letter as a notificator leaves it: waiting for one would take minutes.
        func bury(_ number: Int) async throws {
            try await publish(
                number, subject: "dead-letter.notificator", id: "e\(number).dead.notificator",
                headers: ["Shippy-Dead-Subject=user.created", "Shippy-Dead-Sequence=\(number)", "Shippy-Dead-Reason=the store was full"])
        }

        func deadLetters() async throws -> [[String: Any]] { try await shippy("events", "dead", "list", "-o", "jsonl").objects() }

        func stop() async throws { try await server?.kill() }
    }

    @Test(arguments: Bus.allCases)
    func aTailCountsAndFilters(bus: Bus) async throws {
        let installation = try await Installation(bus)
        for number in 1...6 { try await installation.publish(number, headers: ["n=\(number)"]) }
        func numbers(_ arguments: String...) async throws -> [Int] {
            let outcome = try await ShippyBinary.run(
                ["events", "tail"] + arguments + ["--at-end", "-o", "jsonl"], home: installation.home.path, environment: installation.environment)
            #expect(outcome.status == 0, "\(outcome.errors)")
            return try outcome.objects().compactMap { $0["seq"] as? Int }
        }
        #expect(try await numbers("--last", "2", "--filter", "company=C1") == [3, 5])
        #expect(try await numbers("--last", "9", "--filter", "company=C1") == [1, 3, 5])
        #expect(try await numbers("--last", "1", "--grep", "u2@") == [2])
        #expect(try await numbers("--last", "1", "--filter", "company=none") == [])
        #expect(try await numbers("--all", "--filter", "company=C0", "--filter", "email~^u[4-9]") == [4, 6])
        #expect(try await numbers("--all", "--filter", "user.company!=C0", "--filter", "headers.n!=3") == [1, 5])
        #expect(try await numbers("--since", "-2h") == [1, 2, 3, 4, 5, 6])
        #expect(try await numbers("--since", "yesterday", "--until", "2h ago") == [])
        #expect(try await numbers("--all", "--until", "-1h") == [])
        let local = try await installation.shippy("events", "tail", "--last", "1", "--at-end", "--local", environment: ["TZ": "Asia/Kolkata"])
        #expect(local.output.contains("+05:30  user.created"))
        for refused in [["--since", "15"], ["--since", "soon"], ["--until", "2026-02-30"], ["--filter", "email>x"], ["--filter", "email~("]] {
            let outcome = try await ShippyBinary.run(
                ["events", "tail"] + refused, home: installation.home.path, environment: installation.environment)
            #expect(outcome.status == 64)
            #expect(outcome.errors.contains(refused[1]), "\(outcome.errors)")
        }
        #expect(try await installation.shippy("audit", "list", "--since", "15").status == 64)
        try await installation.stop()
    }

    @Test(arguments: Bus.allCases)
    func aDeadLetterIsSeenReplayedAndDropped(bus: Bus) async throws {
        let installation = try await Installation(bus)
        for number in 1...3 { try await installation.bury(number) }
        #expect(try await installation.deadLetters().map { $0["event_id"] as? String } == ["e1", "e2", "e3"])
        let list = try await installation.shippy("events", "dead", "list")
        #expect(list.lines.count == 4)
        #expect(list.lines.allSatisfy { $0.count <= 80 })
        #expect(list.lines[1].contains("notificator  user.created  the store was full"))
        let shown = try #require(try await installation.shippy("events", "dead", "show", "e1", "-o", "json").objects().first)
        #expect((shown["data"] as? [String: Any])?["email"] as? String == "u1@example.com")
        #expect(try await installation.shippy("status").output.contains("3 dead letters"))
        #expect(try await installation.shippy("events", "dead", "show", "99").status == 66)
        let early = try await installation.shippy("events", "dead", "replay", "1")
        #expect(early.status == 1)
        #expect(early.errors.contains(#"dead letter 1: no consumer group "notificator""#))

        let notificator = try await Server.start(["serve", "notificator"], home: installation.home.path, environment: installation.environment)
        let replayed = try await installation.shippy("events", "dead", "replay", "1", "99", "-o", "json")
        #expect(replayed.status == 66)
        #expect(replayed.errors.contains(#"no dead letter "99""#))
        #expect(try replayed.objects().first?["replayed"] as? Int == 1)
        try await eventually("the mail is sent") {
            let mails = try await installation.shippy("mail", "list", "-o", "jsonl").objects()
            return mails.map { $0["event_id"] as? String } == ["e1"] && mails[0]["state"] as? String == "sent"
        }
        #expect(try await installation.shippy("events", "dead", "replay", "1").status == 66)
        #expect(try await installation.deadLetters().count == 2)
        #expect(try await installation.shippy("events", "tail", "--all", "--at-end").output.isEmpty)

        let dropped = try await installation.shippy("events", "dead", "drop", "e2", "--yes", "-o", "json")
        #expect(try dropped.objects().first?["dropped"] as? Int == 1, "\(dropped.errors)")
        #expect(
            try await installation.shippy("events", "dead", "replay", "--all", "--group", "other", "-o", "json").objects().first?["replayed"] as? Int
                == 0)
        #expect(try await installation.shippy("events", "dead", "replay", "--all", "-o", "json").objects().first?["replayed"] as? Int == 1)
        try await eventually("the last one is mailed, too") {
            Set(try await installation.shippy("mail", "list", "-o", "jsonl").objects().compactMap { $0["event_id"] as? String }) == ["e1", "e3"]
        }
        #expect(try await installation.shippy("status").output.contains("0 dead letters"))
        try await notificator.stop()
        try await installation.stop()
    }

    @Test func aDropAsksOnATerminal() async throws {
        let installation = try await Installation(.embedded)
        try await installation.bury(1)
        func drop(_ answer: String) async throws -> PseudoTerminal {
            try await PseudoTerminal.run(
                ["events", "dead", "drop", "1"], home: installation.home.path, .wait(#"Drop dead letter 1 \(user.created\) in .*\[y/N\] "#),
                .keys("\(answer)\n"))
        }
        let refused = try await drop("n")
        #expect(refused.status == 1 && refused.output.contains("no dead letter was dropped"))
        #expect(try await installation.deadLetters().count == 1)
        #expect(try await drop("y").status == 0)
        #expect(try await installation.deadLetters().isEmpty)
    }

    @Test(arguments: Bus.allCases)
    func whatNobodyCanReadIsToldAndPublished(bus: Bus) async throws {
        let installation = try await Installation(bus)
        func warnings(_ subject: String, _ body: String) async throws -> String {
            let outcome = try await installation.shippy("events", "publish", subject, "-o", "json", input: body)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try outcome.objects().count == 1)
            return outcome.errors
        }
        #expect(try await warnings("user.created", "hello").contains("warning: the notificators cannot read this event"))
        #expect(try await warnings("user.created", #"{"email":"a@example.com"}"#).isEmpty)
        #expect(try await warnings("user.seen", "hello").isEmpty)
        if bus == .embedded {
            #expect(try await warnings("demo.text", "hello").contains(#"warning: no consumer group reads subject "demo.text""#))
        }
        try await installation.stop()
    }

    /// The lines of an export without the sequences, which belong to a bus.
    private func exported(_ installation: Installation, _ arguments: String...) async throws -> [String] {
        let outcome = try await ShippyBinary.run(
            ["events", "export"] + arguments, home: installation.home.path, environment: installation.environment)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.lines.map { $0.replacing(#/^\{"seq":[0-9]+,/#, with: "{") }
    }

    @Test(arguments: Bus.allCases)
    func anExportIsImportedOnce(bus: Bus) async throws {
        let (source, target) = (try await Installation(.embedded), try await Installation(bus))
        for number in 1...3 { try await source.publish(number, headers: ["X-N=\(number)"]) }
        #expect(try await source.shippy("events", "publish", "demo.text", "--id", "t1", input: "two\nlines").status == 0)
        let whole = try await exported(source)
        #expect(whole.count == 4)
        #expect(try await exported(source, "--filter", "company=C1").count == 2)
        #expect(try await exported(source, "--since", "1h ago", "--until", "tomorrow", "demo.>").count == 1)
        #expect(try await exported(source, "--until", "yesterday").isEmpty)

        if let server = target.server {
            // A server that forgets IDs at once: NATS itself cannot tell that an event is there.
            let stream =
                #"{"name":"SHIPPY","subjects":["user.>","demo.>","dead-letter.>"],"retention":"limits","storage":"file","duplicate_window":100000000}"#
            let answer = try await PlainNATS(port: server.port).request("$JS.API.STREAM.CREATE.SHIPPY", stream)
            #expect(answer["error"] == nil, "\(answer)")
        }
        var lines = whole
        lines.insert("broken", at: 1)
        lines.insert("", at: 3)
        let file = lines.joined(separator: "\n")
        let checked = try await target.shippy("events", "import", "-", "--dry-run", "-o", "json", input: file)
        #expect(checked.status == 65)
        #expect(try checked.objects().first?["imported"] as? Int == 4)
        #expect(try await exported(target).isEmpty)
        let first = try await target.shippy("events", "import", "-", "-o", "json", input: file)
        #expect(first.status == 65)
        #expect(first.errors.contains("line 2: not a JSON object of an event"))
        #expect(first.errors.split(separator: "\n").count == 1)
        #expect(try first.objects().first?["imported"] as? Int == 4 && first.objects().first?["failed"] as? Int == 1)
        #expect(try await exported(target).map(sorted) == whole.map(sorted))
        let path = target.home("events.jsonl")
        try whole.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        let second = try await target.shippy("events", "import", path, "-o", "json")
        #expect(second.status == 0, "\(second.errors)")
        #expect(try second.objects().first?["imported"] as? Int == 0 && second.objects().first?["present"] as? Int == 4)
        #expect(try await exported(target).count == 4)
        #expect(try await target.shippy("events", "import", target.home("nothing")).status == 66)
        try await target.stop()
    }

    /// The order of headers is not part of an event.
    private func sorted(_ line: String) throws -> String {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return String(decoding: try JSONSerialization.data(withJSONObject: object, options: .sortedKeys), as: UTF8.self)
    }

    @Test func importedUsersAreMailedUnlessToldOtherwise() async throws {
        let (source, target) = (try await Installation(.embedded), try await Installation(.embedded))
        for number in 1...2 { try await source.publish(number, id: "e\(number)") }
        let lines = try await exported(source)
        #expect(try await target.shippy("events", "import", "-", "--no-mail", input: lines[0]).status == 0)
        #expect(try await target.shippy("events", "import", "-", input: lines[1]).status == 0)
        let notificator = try await Server.start(["serve", "notificator"], home: target.home.path)
        try await eventually("both are taken") {
            let status = try await target.shippy("events", "status", "-o", "json").objects()
            let consumers = ((status.first?["bus"] as? [String: Any])?["consumers"] as? [[String: Any]]) ?? []
            return !consumers.isEmpty && consumers.allSatisfy { $0["lag"] as? Int == 0 }
        }
        #expect(try await target.shippy("mail", "list", "-o", "jsonl").objects().map { $0["event_id"] as? String } == ["e2"])
        try await notificator.stop()
    }

    @Test func progressIsShownOnATerminalOnly() async throws {
        let source = try await Installation(.embedded)
        try await source.publish(1)
        try (try await exported(source)).joined().write(toFile: source.home("events.jsonl"), atomically: true, encoding: .utf8)
        let terminal = try await PseudoTerminal.run(["events", "import", source.home("events.jsonl")], home: source.home.path)
        #expect(terminal.status == 0)
        #expect(terminal.output.contains("importing"))
        #expect(try await source.shippy("events", "import", source.home("events.jsonl")).errors.isEmpty)
    }
}
