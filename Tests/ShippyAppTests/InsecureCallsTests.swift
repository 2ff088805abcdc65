import Foundation
import ShippyConfiguration
import TestSupport
import Testing

@testable import ShippyApp

/// Whether a command may send secrets to other machines without encryption.
@Suite struct InsecureCallsTests {
    private let home: TemporaryDirectory

    init() throws { home = try TemporaryDirectory() }

    private func isAllowed(flags: [String: String] = [:], variable: String? = nil, file: String = "") throws -> Bool {
        try file.write(toFile: home("config.yaml"), atomically: true, encoding: .utf8)
        var environment = ["SHIPPY_HOME": home.path, "XDG_CONFIG_HOME": home("config")]
        environment["SHIPPY_ALLOW_INSECURE"] = variable
        return try Configuration(SettingSources(flags: flags, environment: environment)).allowsInsecureCalls
    }

    @Test func onlyWhoeverGivesTheCommandMaySaySo() throws {
        #expect(try isAllowed() == false)
        #expect(try isAllowed(variable: "true"))
        #expect(try isAllowed(flags: ["allow-insecure": "true"]))
        #expect(try isAllowed(variable: "false") == false)
    }

    @Test func theFileIsAboutListeners() throws {
        let file = "allow-insecure: true\n"
        #expect(try isAllowed(file: file) == false)
        #expect(try isAllowed(variable: "true", file: file))
        #expect(try isAllowed(variable: "false", file: file) == false)
    }
}
