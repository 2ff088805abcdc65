import Foundation
import ShippyConfiguration
import ShippyCore

/// How to call this program from another terminal, so that it works on the same engines.
struct OwnCommand: Hashable, Sendable {
    /// `shippy`, or where it is when the shell would not find this very file by that name.
    let program: String
    /// What was said when this process was started, as flags.
    let options: [String]
    /// Variables that have to be set there, too: they have passwords in them.
    let variables: [String]

    /// - Parameter path: the shell's `PATH`.
    init(_ configuration: Configuration, executable: String, path: String) {
        program = Self.isFound(executable, path) ? "shippy" : Self.shellQuoted(executable)
        var options: [String] = []
        var variables: [String] = []
        for row in [Settings.home.row, Settings.config.row, Settings.store.row, Settings.bus.row, Settings.registry.row] {
            guard let given = configuration.sources.outside(row) else { continue }
            if row.shown(given.text) == given.text {
                options.append("\(row.flag) \(Self.shellQuoted(given.text))")
            } else {
                variables.append(row.variable)
            }
        }
        self.options = options
        self.variables = variables
    }

    /// Where this program's file is.
    static var executable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }

    /// A line to be typed.
    func line(_ arguments: String) -> String { ([program, arguments] + options).joined(separator: " ") }

    private static func isFound(_ executable: String, _ path: String) -> Bool {
        let places = path.split(separator: ":").map { "\($0)/shippy" }
        guard let found = places.first(where: { access($0, X_OK) == 0 }), let file = FileIdentity(found) else { return false }
        return file == FileIdentity(executable)
    }

    private static func shellQuoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { $0.isASCIIAlphanumeric || "_./:@%+=,-".utf8.contains($0) }
        return isPlain && !text.isEmpty ? text : "'\(text.replacing("'", with: "'\\''"))'"
    }
}
