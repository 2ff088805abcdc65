import Foundation
import TestSupport

/// What became of a command in a terminal of its own, and of the terminal.
struct PseudoTerminal: Decodable {
    /// The exit status; less than 0 for the signal that ended it.
    var status: Int
    /// Each byte as one character.
    var output: String
    /// How many bytes were written in the pause.
    var paused: Int
    /// Whether the terminal is set as it was before.
    var restored: Bool

    enum Step {
        /// For a regular expression in what was written since the last of these.
        case wait(String)
        case keys(String)
        case signal(Int32)
        case resize(Int, Int)
        case hangup
        case pause(Double)

        fileprivate var json: [Any] {
            switch self {
            case .wait(let text): ["wait", text]
            case .keys(let keys): ["keys", keys]
            case .signal(let number): ["signal", Int(number)]
            case .resize(let width, let height): ["resize", width, height]
            case .hangup: ["hangup"]
            case .pause(let seconds): ["pause", seconds]
            }
        }
    }

    static func run(
        _ arguments: [String], home: String, width: Int = 100, height: Int = 24, environment: [String: String] = [:], _ steps: Step...
    ) async throws -> PseudoTerminal {
        let task: [String: Any] = ["command": [ShippyBinary.path] + arguments, "size": [width, height], "steps": steps.map(\.json)]
        let terminal = ["TERM": "xterm-256color", "LANG": "C.UTF-8"]
        return try await PythonScript.answer(
            of: "pseudo-terminal.py", to: task, home: home, environment: terminal.merging(environment) { $1 })
    }
}
