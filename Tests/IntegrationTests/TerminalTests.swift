import Foundation
import TestSupport
import Testing

/// What a person sees, in tmux.
@Suite struct TerminalTests {
    private let home: TemporaryDirectory

    init() throws {
        home = try TemporaryDirectory()
    }

    @Test func upSaysWhatToTryAndEndsWithControlC() async throws {
        let ports = ["users-http", "users-grpc", "notificator-grpc", "ops"].map { "--\($0) 127.0.0.1:0" }.joined(separator: " ")
        let terminal = try await Terminal("\(ShippyBinary.path) up \(ports); echo status=$?", home: home.path)
        try await eventually("the banner") { try await terminal.screen.contains("shippy is ready") }
        let screen = try await terminal.screen
        #expect(screen.contains("Try in another terminal:"))
        #expect(screen.contains("access local: without a token, everyone on this machine may"))
        #expect(screen.contains("curl -XPOST http://127.0.0.1:"))
        try await terminal.keys("C-c")
        try await eventually("the end") { try await terminal.screen.contains("status=130") }
        try await terminal.close()
    }

    @Test func aPasswordIsAskedForWithoutEcho() async throws {
        let terminal = try await Terminal(
            "\(ShippyBinary.path) user create ada@example.com --password-prompt; echo status=$?; stty -a | grep -o -- '-\\?echo '", home: home.path)
        try await eventually("the question") { try await terminal.screen.contains("Password:") }
        try await terminal.keys("canary-typed", "Enter")
        try await eventually("the second question") { try await terminal.screen.contains("Repeat password:") }
        try await terminal.keys("canary-typed", "Enter")
        try await eventually("the user") { try await terminal.screen.contains("status=0") }
        try await eventually("the echo is back") { try await terminal.screen.split(separator: "\n").contains { $0.hasPrefix("echo") } }
        #expect(try await !terminal.screen.contains("canary"))
        try await terminal.close()
    }

    @Test func aQuestionForAPasswordCanBeInterrupted() async throws {
        let terminal = try await Terminal(
            "\(ShippyBinary.path) user create ada@example.com --password-prompt; echo status=$?; stty -a | grep -o -- '-\\?echo '", home: home.path)
        try await eventually("the question") { try await terminal.screen.contains("Password:") }
        // A core would contain what has been typed.
        try await terminal.keys("can", "'C-\\'", "C-z", "C-c")
        try await eventually("the end") { try await terminal.screen.contains("status=130") }
        try await eventually("the echo is back") { try await terminal.screen.split(separator: "\n").contains { $0.hasPrefix("echo") } }
        try await terminal.close()
    }

    /// Nothing ever comes through the pipe, and its writing end stays open.
    @Test(arguments: [
        "events publish demo.text", "user create ada@example.com --password-stdin", "user create a@b --password-file /dev/stdin",
        "user create a@b --password-file $SHIPPY_HOME/another", "user import -", "user import $SHIPPY_HOME/another",
    ])
    func inputThatNeverComesCanBeInterrupted(command: String) async throws {
        let outcome = try await ShippyBinary.shell(
            """
            mkfifo "$SHIPPY_HOME/pipe" "$SHIPPY_HOME/another"
            sleep 100 >"$SHIPPY_HOME/pipe" &
            writer=$!
            $shippy \(command) <"$SHIPPY_HOME/pipe" &
            # Until the command catches SIGTERM, the signal would just end it.
            until (( 0x$(awk '/SigCgt/ { print $2 }' /proc/$!/status) & 0x4000 )); do sleep 0.02; done
            kill -TERM $!
            wait $!
            status=$?
            kill $writer
            exit $status
            """, home: home.path)
        #expect(outcome.status == 143)
        #expect(!outcome.errors.contains("still not stopped"), "\(outcome.errors)")
    }

    @Test func payloadsDoNotReachTheTerminal() async throws {
        let published = try await ShippyBinary.run(
            ["events", "publish", "user.created"], home: home.path, input: "{\"email\":\"a@b\",\"name\":\"\\u001b[2J\\u001b]0;evil\\u0007 \\u202e\"}")
        #expect(published.status == 0)
        let terminal = try await Terminal("echo before; \(ShippyBinary.path) events tail --all --at-end; echo after", home: home.path)
        try await eventually("the event") { try await terminal.screen.contains("after") }
        let screen = try await terminal.screen
        #expect(screen.contains("before"))
        #expect(screen.contains("\\u001b[2J\\u001b]0;evil\\u0007 \\u202e"))
        try await terminal.close()
    }
}
