import Foundation
import TestSupport
import Testing

/// The panel as a terminal sees it.
@Suite struct PanelTests {
    private let home: TemporaryDirectory

    init() async throws {
        home = try TemporaryDirectory()
        // Makes the registry.
        #expect(try await ShippyBinary.run(["registry", "list"], home: home.path).status == 0)
    }

    /// An instance whose lease outlives the test, written as the registry itself writes it.
    private func register(_ service: String, _ id: String, version: String = "1.0") throws {
        func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
        let boot = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        var now = timespec()
        clock_gettime(CLOCK_BOOTTIME, &now)
        try Database.execute(
            home("registry.db"),
            """
            INSERT INTO instances VALUES (\(quoted(service)), \(quoted(id)), 1, \((now.tv_sec + 3600) * 1000), '\(boot)', 1, '127.0.0.1:9',
                'grpc', \(quoted(version)), '{}', 10, 1767323045678)
            """)
    }

    private let tui = ["registry", "tui", "--probe-interval", "0"]

    // MARK: The ways out

    @Test(
        arguments: [
            (PseudoTerminal.Step.keys("q"), 0), (.keys("\u{3}"), 130), (.signal(SIGINT), 130), (.signal(SIGTERM), 143),
            (.signal(SIGHUP), 129), (.signal(SIGSEGV), Int(-SIGSEGV)), (.signal(SIGABRT), Int(-SIGABRT)), (.signal(SIGILL), Int(-SIGILL)),
        ])
    func theTerminalIsGivenBack(way: PseudoTerminal.Step, status: Int) async throws {
        try register("users", "a:1")
        let terminal = try await PseudoTerminal.run(tui, home: home.path, .wait("users"), way)
        #expect(terminal.status == status)
        #expect(terminal.restored)
        let parts = terminal.output.components(separatedBy: "\u{1b}[?1049h")
        #expect(parts.count == 2, "the alternate screen is entered once")
        #expect(parts.last?.contains("\u{1b}[?1049l") == true, "and left")
        let lastHidden = terminal.output.range(of: "\u{1b}[?25l", options: .backwards)?.lowerBound
        let lastShown = try #require(terminal.output.range(of: "\u{1b}[?25h", options: .backwards)?.lowerBound)
        #expect(lastHidden.map { $0 < lastShown } ?? true, "the cursor is shown again")
    }

    @Test func aTerminalThatIsGoneEndsIt() async throws {
        try register("users", "a:1")
        let terminal = try await PseudoTerminal.run(tui, home: home.path, .wait("users"), .hangup)
        #expect(terminal.status == 129)
    }

    @Test func aQuestionTakesControlCFirst() async throws {
        try register("users", "a:1")
        let terminal = try await PseudoTerminal.run(
            tui + ["users"], home: home.path, .wait("a:1"), .keys("X"), .wait("Deregister users a:1"), .keys("\u{3}"), .wait("nothing was"),
            .keys("q"))
        #expect(terminal.status == 0)
        #expect(try await ShippyBinary.run(["registry", "list"], home: home.path).output.contains("a:1"))
    }

    @Test func controlZGivesTheTerminalToTheShell() async throws {
        try register("users", "a:1")
        let terminal = try await Terminal("export PS1='$ '; bash --norc -i", home: home.path)
        try await terminal.keys("'\(ShippyBinary.path) registry tui'", "Enter")
        try await eventually("the panel") { try await terminal.screen.contains("shippy live") }
        try await terminal.keys("C-z")
        try await eventually("the shell") { try await terminal.screen.contains("Stopped") }
        #expect(try await !terminal.screen.contains("shippy live"))
        try await terminal.keys("fg", "Enter")
        try await eventually("the panel again") { try await terminal.screen.contains("shippy live") }
        try await terminal.keys("q", "'echo status=$?'", "Enter")
        try await eventually("the end") { try await terminal.screen.contains("status=0") }
        try await terminal.close()
    }

    // MARK: Terminals of every kind

    @Test(arguments: ["vt100", "xterm", "xterm-256color", "screen", "tmux-256color", "linux"])
    func terminalsShowIt(type: String) async throws {
        try register("users", "a:1")
        let terminal = try await PseudoTerminal.run(tui, home: home.path, environment: ["TERM": type], .wait("users"), .keys("q"))
        #expect(terminal.status == 0)
        #expect(terminal.restored)
    }

    @Test func anUnknownTerminalIsTakenForACommonOne() async throws {
        try register("users", "a:1")
        let terminal = try await PseudoTerminal.run(
            tui, home: home.path, environment: ["TERM": "no-such-terminal"], .wait("no-such-terminal"), .keys("q"))
        #expect(terminal.status == 0)
        #expect(terminal.restored)
    }

    @Test func withoutATerminalThereIsAList() async throws {
        try register("users", "a:1")
        let once = try await ShippyBinary.run(tui + ["--once"], home: home.path)
        #expect(once.status == 0)
        #expect(once.errors.isEmpty)
        #expect(once.lines.first?.hasPrefix("STATE") == true)
        #expect(once.lines.last?.hasPrefix("alive  users") == true)
        let piped = try await ShippyBinary.run(tui, home: home.path)
        #expect(piped.lines.first == once.lines.first)
        #expect(piped.lines.count == 2)
        #expect(piped.errors.contains("this terminal cannot show the panel"))
        let dumb = try await PseudoTerminal.run(tui, home: home.path, environment: ["TERM": "dumb"])
        #expect(dumb.output.contains("alive  users"))
        #expect(!dumb.output.contains("\u{1b}"))
    }

    @Test func withoutUnicodeOrColoursThereAreNone() async throws {
        try register("日本語", "a:1")
        let ascii = try await PseudoTerminal.run(
            tui, home: home.path, environment: ["LANG": "C", "LC_ALL": "C", "NO_COLOR": "1"], .wait("\\?\\?\\?\\?\\?\\?"), .keys("\r"),
            .wait("alive"), .keys("q"))
        #expect(ascii.output.unicodeScalars.allSatisfy { $0.isASCII })
        let green = "\u{1b}[32m"
        #expect(!ascii.output.contains(green))
        let coloured = try await PseudoTerminal.run(
            tui + ["--color", "always"], home: home.path, .wait("all"), .keys("\r"), .wait("alive"), .keys("q"))
        #expect(coloured.output.contains(green))
    }

    @Test func namesNeverReachTheTerminalRaw() async throws {
        try register("evil\u{1b}]0;title\u{7}", "a\u{1b}[31m\u{9b}2J:1", version: "\u{202e}1")
        let terminal = try await PseudoTerminal.run(
            tui, home: home.path, .wait("title"), .keys("\r"), .wait("2J:1"), .keys("\r"), .wait("lease left"), .keys("\u{1b}X"), .wait("y/N"),
            .keys("n"), .keys("q"))
        #expect(terminal.status == 0)
        #expect(!terminal.output.contains("\u{1b}]0;"))
        #expect(!terminal.output.contains("\u{7}"))
        #expect(!terminal.output.contains("\u{1b}[31m\u{c2}"))
        #expect(!terminal.output.contains("\u{c2}\u{9b}"))
    }

    // MARK: What it writes

    @Test func nothingIsWrittenWhileNothingChanges() async throws {
        try register("users", "a:1")
        let terminal = try await PseudoTerminal.run(tui, home: home.path, .wait("ive"), .pause(1.5), .pause(4), .keys("q"))
        #expect(terminal.paused == 0)
    }

    @Test func aCountdownWritesItsDigits() async throws {
        try register("users", "a:1")
        let terminal = try await PseudoTerminal.run(tui + ["users"], home: home.path, .wait("ive"), .pause(1.5), .pause(4), .keys("q"))
        // Two numbers a second, each with a move of the cursor before it and its attributes.
        #expect(terminal.paused > 0)
        #expect(terminal.paused < 4 * 100)
    }

    // MARK: A day of an operator

    @Test func theRegistryIsWatchedInTmux() async throws {
        let server = try await Server.start(home: home.path)
        let terminal = try await Terminal("\(ShippyBinary.path) registry tui; echo status=$?", home: home.path, width: 110, height: 30)
        try await eventually("three instances") { try await terminal.screen.contains("2 services, 3 instances  ✓ 3 alive (3 unprobed)") }
        try await terminal.keys("Enter")
        try await eventually("their list") { try await terminal.screen.contains("services › all services") }
        try await terminal.keys("/", "protocol=http", "Enter")
        try await eventually("one of them") { try await terminal.screen.contains("1 of 3  filter: protocol=http") }
        try await terminal.keys("Enter")
        try await eventually("its details") { try await terminal.screen.contains("answered in") }
        try await terminal.keys("e")
        let created = try await ShippyBinary.run(["user", "create", "eve@example.com"], home: home.path)
        #expect(created.status == 0)
        try await eventually("its event") { try await terminal.screen.contains("eve@example.com") }
        try await terminal.resize(40, 9)
        try await eventually("a small screen") { try await terminal.screen.split(separator: "\n").allSatisfy { $0.count <= 40 } }
        try await terminal.resize(110, 30)
        try await terminal.keys("Escape", "Escape", "e")
        try await eventually("everything again") { try await terminal.screen.contains("notificator") }
        server.process.signal(SIGKILL)
        try await eventually("leases that run out") { try await terminal.screen.contains("3 expiring") }
        try await eventually("they are gone") { try await terminal.screen.contains("0 instances") }
        try await terminal.keys("q")
        try await eventually("the end") { try await terminal.screen.contains("status=0") }
        try await terminal.close()
    }
}

/// The panel on etcd.
@Suite struct PanelOnEtcdTests {
    @Test func aLostRegistryStaysOnTheScreenAndComesBackByItself() async throws {
        let etcd = try await EtcdServer.start()
        let home = try TemporaryDirectory()
        let terminal = try await Terminal(
            "SHIPPY_REGISTRY=etcd://\(etcd.address) \(ShippyBinary.path) registry tui; echo status=$?", home: home.path, width: 110, height: 12)
        let server = try await Server.start(home: home.path, environment: ["SHIPPY_REGISTRY": "etcd://\(etcd.address)"])
        try await eventually("three instances") { try await terminal.screen.contains("3 instances  ✓ 3 alive (3 unprobed)") }
        try await terminal.keys("Enter")
        etcd.signal(SIGSTOP)
        try await eventually("it says so") { try await terminal.screen.contains("reconnecting: cannot reach etcd") }
        #expect(try await terminal.screen.contains("notificator"))
        etcd.signal(SIGCONT)
        try await eventually("it is back") { try await terminal.screen.contains("shippy live") }
        try await eventually("leases are renewed, and addresses answer") {
            let screen = try await terminal.screen
            return screen.contains("3 instances  ✓ 3 alive") && !screen.contains("unprobed")
        }
        try await terminal.keys("q")
        try await eventually("the end") { try await terminal.screen.contains("status=0") }
        try await terminal.close()
        try await server.stop()
        try await etcd.kill()
    }
}
