import Foundation
import ShippyConfiguration
import ShippyCore

/// The command line that runs this program in another terminal on the same engines.
struct OwnCommand: Hashable, Sendable {
    /// `shippy`, or the path of this file if the shell would not find it by that name.
    let program: String
    /// This process's settings of the engines, as flags.
    let options: [String]
    /// Variables that must be set there, too, because they contain passwords.
    let variables: [String]

    /// - Parameter path: the shell's `PATH`.
    init(_ configuration: Configuration, executable: String, path: String) {
        program = Self.isFound(executable, path) ? "shippy" : Self.shellQuoted(executable)
        var options: [String] = []
        var variables: [String] = []
        // Without it, commands in the other terminal would use the current context.
        if let name = configuration.sources.namedContext?.text ?? configuration.sources.passedOverContext.map({ _ in "" }) {
            options.append("\(Settings.context.row.flag) \(Self.shellQuoted(name))")
        }
        for row in [Settings.home.row, Settings.config.row, Settings.store.row, Settings.bus.row, Settings.registry.row] {
            guard let given = configuration.sources.outside(row) else { continue }
            if !row.hasSecret(given.text) {
                options.append("\(row.flag) \(Self.shellQuoted(given.text))")
            } else {
                variables.append(row.variable)
            }
        }
        for row in [Settings.secretFile.row, Settings.tlsCertificate.row, Settings.tlsKey.row, Settings.tlsAuthority.row] {
            guard let given = configuration.sources.outside(row) else { continue }
            options.append("\(row.flag) \(Self.shellQuoted(given.text.absolutePath))")
        }
        self.options = options
        self.variables = variables
    }

    /// The path of this program.
    static var executable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }

    /// A command line to type.
    func line(_ arguments: String) -> String { ([program, arguments] + options).joined(separator: " ") }

    private static func isFound(_ executable: String, _ path: String) -> Bool {
        let places = path.split(separator: ":").map { "\($0)/shippy" }
        guard let found = places.first(where: { access($0, X_OK) == 0 }), let file = FileIdentity(found) else { return false }
        return file == FileIdentity(executable)
    }

    static func shellQuoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { $0.isASCIIAlphanumeric || "_./:@%+=,-".utf8.contains($0) }
        return isPlain && !text.isEmpty ? text : "'\(text.replacing("'", with: "'\\''"))'"
    }
}
