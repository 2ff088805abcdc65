import Foundation
import TestSupport

/// A terminal of tmux, on a server of its own.
struct Terminal: Sendable {
    private let socket: String
    private let home: String

    /// Runs a line of the shell in it.
    init(_ line: String, home: String, width: Int = 120, height: Int = 40) async throws {
        socket = "shippy-\(UUID().uuidString.prefix(8))"
        self.home = home
        let script = "\(home)/terminal.sh"
        try "#!/bin/bash\n\(line)\nsleep 600\n".write(toFile: script, atomically: true, encoding: .utf8)
        try await tmux("new-session -d -x \(width) -y \(height) 'bash \(script)'")
    }

    var screen: String {
        get async throws { try await tmux("capture-pane -p") }
    }

    func keys(_ keys: String...) async throws {
        try await tmux("send-keys " + keys.joined(separator: " "))
    }

    func resize(_ width: Int, _ height: Int) async throws {
        try await tmux("resize-window -x \(width) -y \(height)")
    }

    func close() async throws {
        try await tmux("kill-server")
    }

    @discardableResult
    private func tmux(_ command: String) async throws -> String {
        // The server of tmux lives on: with a descriptor of Foundation's Process in its hands, the command never seems to end. And
        // signals that Dispatch blocks in this process would stay blocked in it: kill-server would end nothing.
        let closeInherited = #"for f in /proc/$$/fd/*; do n=${f##*/}; ((n > 2)) && eval "exec $n>&-"; done 2>/dev/null; "#
        let outcome = try await ShippyBinary.shell(
            closeInherited + "env --default-signal tmux -L \(socket) -f /dev/null \(command)", home: home, environment: ["TERM": "xterm-256color"])
        guard outcome.status == 0 else { throw NeverHappened(description: "tmux \(command): \(outcome.errors)") }
        return outcome.output
    }
}
