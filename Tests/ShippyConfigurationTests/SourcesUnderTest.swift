import Foundation
import ShippyConfiguration
import ShippyCore
import TestSupport
import Testing

/// A data directory with a configuration file, and what is read from it.
struct SourcesUnderTest {
    let home: TemporaryDirectory

    /// - Parameter file: the text of `config.yaml`; nil for none.
    init(file: String? = nil) throws {
        home = try TemporaryDirectory()
        if let file { try file.write(toFile: path, atomically: true, encoding: .utf8) }
    }

    var path: String { home("config.yaml") }

    /// The contexts of this test, not those of whoever runs it.
    var contexts: ContextFile { ContextFile(path: home("config/shippy/contexts.yaml")) }

    func sources(
        flags: [String: String] = [:], environment: [String: String] = [:], usesCurrentContext: Bool = true
    ) throws -> SettingSources {
        try SettingSources(
            flags: flags.merging(["home": home.path]) { given, _ in given },
            environment: environment.merging(["XDG_CONFIG_HOME": home("config")]) { given, _ in given }, usesCurrentContext: usesCurrentContext)
    }

    func configuration(flags: [String: String] = [:], environment: [String: String] = [:]) throws -> Configuration {
        try Configuration(sources(flags: flags, environment: environment))
    }

    /// The message of the error, in which the file's path is `FILE`.
    func message(flags: [String: String] = [:], environment: [String: String] = [:]) -> String? {
        let error = #expect(throws: ShippyError.self) { try configuration(flags: flags, environment: environment) }
        #expect(error?.code == .usage)
        return error?.message.replacing(path, with: "FILE")
    }
}
