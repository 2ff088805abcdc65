import Foundation
import TestSupport
import Testing

/// `shippy tui` as a terminal sees it.
@Suite struct ConsoleTests {
    private let home: TemporaryDirectory

    init() throws {
        home = try TemporaryDirectory()
    }

    @discardableResult
    private func shippy(_ arguments: String...) async throws -> Outcome {
        try await ShippyBinary.run(arguments, home: home.path)
    }

    /// From half a name to the end of a story, and back to the same row.
    @Test func anOperatorFindsAndChangesSomebody() async throws {
        let server = try await Server.start(home: home.path)
        for name in ["ada", "grace", "alan"] {
            #expect(try await shippy("user", "create", "\(name)@example.com", "--name", name.capitalized).status == 0)
        }
        let terminal = try await Terminal("\(ShippyBinary.path) tui; echo status=$?", home: home.path, width: 120, height: 40)
        try await eventually("the overview") {
            let screen = try await terminal.screen
            return screen.contains("✓ store SQLite") && screen.contains("3 sent") && screen.contains("2 services, 3 instances")
        }
        try await terminal.keys("2")
        try await eventually("the users") { try await terminal.screen.contains("3 of 3") }
        try await terminal.keys("/", "grac", "Enter")
        try await eventually("one of them, with details beside the list") {
            let screen = try await terminal.screen
            return screen.contains("1 of 3  filter: grac") && screen.contains("✓ active") && screen.contains("│   role")
        }
        try await terminal.keys("D")
        try await eventually("a question") { try await terminal.screen.contains("Disable user grace@example.com? y/N") }
        try await terminal.keys("y")
        try await eventually("the change") {
            let screen = try await terminal.screen
            return screen.contains("grace@example.com disabled") && screen.contains("! disabled")
        }
        #expect(try await shippy("audit", "list").output.contains("user.disable"))
        try await terminal.keys("Enter")
        try await eventually("the story") {
            let screen = try await terminal.screen
            return ["user created", "user.created", "mail queued", "mail sent", "user.disable"].allSatisfy(screen.contains)
        }
        try await terminal.keys("Escape")
        try await eventually("the same row") { try await terminal.screen.contains("> ! disabled  grace@example.com") }
        try await terminal.keys("3")
        try await eventually("the mails") { try await terminal.screen.contains("> ✓ sent") }
        try await terminal.keys("4")
        try await eventually("the events") { try await terminal.screen.contains("user.disabled") }
        #expect(try await shippy("user", "create", "eve@example.com").status == 0)
        try await eventually("a new event on top") {
            let screen = try await terminal.screen
            return screen.split(separator: "\n").first { $0.hasPrefix(">") }?.contains("eve@example.com") == true
        }
        try await terminal.keys(":", "disable")
        try await eventually("the palette") { try await terminal.screen.contains("no action matches") }
        try await terminal.keys("Escape", "q")
        try await eventually("the end") { try await terminal.screen.contains("status=0") }
        try await terminal.close()
        try await server.stop()
    }

    @Test(arguments: ["1", "2", "3", "4", "6"])
    func nothingIsWrittenWhileNothingChanges(tab: String) async throws {
        // The overview shows creations for minutes.
        let begin = tab == "1" ? ["user", "list"] : ["user", "create", "ada@example.com"]
        #expect(try await ShippyBinary.run(begin, home: home.path).status == 0)
        let terminal = try await PseudoTerminal.run(
            ["tui", "--probe-interval", "0"], home: home.path, .wait("SQLite"), .keys(tab), .pause(4.5), .pause(4), .keys("q"))
        #expect(terminal.status == 0)
        #expect(terminal.paused == 0)
        #expect(terminal.restored)
    }

    @Test func withoutATerminalTheStatusIsPrinted() async throws {
        #expect(try await shippy("user", "create", "ada@example.com").status == 0)
        let once = try await shippy("tui", "--once")
        #expect(once.status == 0)
        #expect(once.output.contains("users     1"))
        #expect(once.errors.isEmpty)
        let piped = try await shippy("tui")
        #expect(piped.errors.contains("this terminal cannot show the console"))
    }

    @Test func theMouseSelectsScrollsAndOpens() async throws {
        for number in 1...30 { #expect(try await shippy("user", "create", "user\(number)@example.com").status == 0) }
        // Mouse reports of xterm: the button, the column and the line, from 1; a press and a release.
        func mouse(_ button: Int, _ column: Int, _ line: Int) -> PseudoTerminal.Step {
            let report = "\u{1b}[<\(button);\(column);\(line)"
            return .keys("\(report)M\(report)m")
        }
        let terminal = try await PseudoTerminal.run(
            ["tui"], home: home.path, .wait("SQLite"), mouse(0, 16, 2), .wait("user30@example.com"), mouse(65, 10, 10), .wait("user12@"),
            mouse(0, 10, 8), .wait(">"), mouse(0, 10, 8), .wait("story of"), .keys("q"))
        #expect(terminal.status == 0)
        #expect(terminal.restored)
    }
}

/// The console on PostgreSQL, NATS and etcd, which die meanwhile.
@Suite struct ConsoleOnEnginesTests {
    @Test func anEngineThatIsAwaySaysSoAndComesBack() async throws {
        let engines = try await Engines.start()
        let server = try await engines.serve("up")
        let variables = engines.environment.map { "\($0.key)='\($0.value)'" }.joined(separator: " ")
        #expect(try await engines.shippy("user", "create", "ada@example.com").status == 0)
        let terminal = try await Terminal("\(variables) \(ShippyBinary.path) tui; echo status=$?", home: engines.home.path, width: 160, height: 40)
        try await eventually("all is well") {
            let screen = try await terminal.screen
            return screen.contains("✓ store PostgreSQL") && screen.contains("✓ bus") && screen.contains("1 sent") && screen.contains("✓ registry")
        }
        engines.nats.signal(SIGSTOP)
        try await eventually("the bus is away", within: .seconds(60)) { try await terminal.screen.contains("bus           ✗ away for") }
        #expect(try await terminal.screen.contains("1 sent"))
        try await terminal.keys("4")
        try await eventually("its tab says so", within: .seconds(60)) { try await terminal.screen.contains("stale for") }
        #expect(try await terminal.screen.contains("ada@example.com"), "what was known stays")
        engines.nats.signal(SIGCONT)
        try await eventually("it is back", within: .seconds(60)) { try await terminal.screen.contains("shippy live") }
        #expect(try await engines.shippy("user", "create", "grace@example.com").status == 0)
        try await eventually("a new event", within: .seconds(60)) { try await terminal.screen.contains("grace@example.com") }
        try await terminal.keys("q")
        try await eventually("the end") { try await terminal.screen.contains("status=0") }
        try await terminal.close()
        try await server.stop()
        try await engines.stop()
    }
}
