import Foundation
import ShippyConfiguration
import ShippyCore
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct OwnCommandTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        for folder in ["first", "second"] {
            try FileManager.default.createDirectory(atPath: directory(folder), withIntermediateDirectories: true)
            try Data("#!/bin/sh\n".utf8).write(to: URL(fileURLWithPath: directory("\(folder)/shippy")))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory("\(folder)/shippy"))
        }
    }

    private func command(flags: [String: String] = [:], environment: [String: String] = [:], path: String = "") throws -> OwnCommand {
        let environment = ["HOME": directory.path].merging(environment) { _, new in new }
        let configuration = try Configuration(SettingSources(flags: flags, environment: environment))
        return OwnCommand(configuration, executable: directory("first/shippy"), path: path)
    }

    @Test func itsNameIsEnoughWhereTheShellFindsThisFile() throws {
        #expect(try command(path: "/nowhere:\(directory("first"))").line("status") == "shippy status")
    }

    @Test func aProgramThatIsNotOnThePathIsCalledByItsPlace() throws {
        #expect(try command(path: "/nowhere").line("status") == "\(directory("first/shippy")) status")
        // Another one is.
        #expect(try command(path: directory("second")).line("status") == "\(directory("first/shippy")) status")
    }

    @Test func whatWasSaidAtTheStartIsSaidAgain() throws {
        let command = try command(
            flags: ["home": directory("it's here")], environment: ["SHIPPY_BUS": "nats://127.0.0.1:4222"], path: directory("first"))
        #expect(command.line("status") == "shippy status --home '\(directory("it'\\''s here"))' --bus nats://127.0.0.1:4222")
        #expect(command.variables.isEmpty)
    }

    /// A command in the other terminal would go to the current context, and this process does not.
    @Test func itGoesToTheSameContext() throws {
        let file = ContextFile(environment: ["HOME": directory.path])
        try file.change { contexts in
            try contexts.add(Context(name: "other", settings: ["bus": "nats://h"]))
            try contexts.use("other")
        }
        func line(_ flags: [String: String], _ environment: [String: String] = [:]) throws -> String {
            let environment = ["HOME": directory.path].merging(environment) { $1 }
            let configuration = try Configuration(SettingSources(flags: flags, environment: environment, usesCurrentContext: false))
            return OwnCommand(configuration, executable: directory("first/shippy"), path: directory("first")).line("status")
        }
        #expect(try line([:]) == "shippy status --context ''")
        #expect(try line(["context": "other"]) == "shippy status --context other")
        #expect(try line(["context": ""]) == "shippy status --context ''")
        #expect(try line([:], ["SHIPPY_CONTEXT": "other"]) == "shippy status --context other")
        #expect(try line([:], ["SHIPPY_CONTEXT": ""]) == "shippy status --context ''")
    }

    /// A URL without a password stands in the command, so that it goes to the same store as it is.
    @Test(arguments: ["postgres://ada@10.0.0.5/shippy", "postgres://10.0.0.5/shippy?sslmode=require", "sqlite:/data/shippy.db"])
    func theStoreIsNamed(url: String) throws {
        let environments = [(["store": url], [String: String]()), ([:], ["SHIPPY_STORE": url])]
        for (flags, environment) in environments {
            let command = try command(flags: flags, environment: environment, path: directory("first"))
            #expect(command.line("status") == "shippy status --store \(OwnCommand.shellQuoted(url))")
            #expect(command.variables.isEmpty)
        }
    }

    @Test func theSecretIsNamed() throws {
        let command = try command(environment: ["SHIPPY_SECRET_FILE": "/etc/shippy/secret"], path: directory("first"))
        #expect(command.line("status") == "shippy status --secret-file /etc/shippy/secret")
    }

    @Test func aPasswordIsNotShown() throws {
        let command = try command(environment: ["SHIPPY_STORE": "postgres://ada:canary@127.0.0.1/shippy"], path: directory("first"))
        #expect(command.line("status") == "shippy status")
        #expect(command.variables == ["SHIPPY_STORE"])
        let key = try self.command(environment: ["SHIPPY_STORE": "postgres://10.0.0.5/shippy?sslpassword=canary"], path: directory("first"))
        #expect(key.line("status") == "shippy status" && key.variables == ["SHIPPY_STORE"])
    }
}
