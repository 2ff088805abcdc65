import ArgumentParser
import Foundation
import ShippyCore
import Testing

@testable import ShippyApp

/// What takes something away asks in a protected context, and nowhere else.
@Suite struct ProtectionTests {
    private static let protected = Question.Target.context("production", isProtected: true)

    private func question(_ confirm: String?, _ target: Question.Target, isInteractive: Bool) throws -> Question? {
        try Protection.question(about: target, confirm: confirm, isInteractive: isInteractive)
    }

    @Test(arguments: [true, false])
    func onlyAProtectedContextIsAskedFor(isInteractive: Bool) throws {
        for target in [Question.Target.context("staging", isProtected: false), .place("/srv/shippy")] {
            #expect(try question(nil, target, isInteractive: isInteractive) == nil)
            #expect(throws: ShippyError.self) { try question("production", target, isInteractive: isInteractive) }
        }
        #expect(try question("production", Self.protected, isInteractive: isInteractive) == nil)
    }

    @Test func inAProtectedContextItsNameIsTypedOrGiven() throws {
        #expect(try question(nil, Self.protected, isInteractive: true) == Question(target: Self.protected))
        #expect(throws: ShippyError.self) { try question(nil, Self.protected, isInteractive: false) }
    }

    /// `docs/contexts.md` has the one list.
    @Test func theListOfThemIsThatOfTheCommands() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/contexts.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let start = try #require(text.range(of: "## Before something is destroyed"))
        let section = text[start.upperBound...].prefix { $0 != "#" }
        let named = Set(section.matches(of: /`([a-z]+(?: [a-z][a-z-]*)+)(?: --[a-z]+)?`/).map { String($0.1) })
        #expect(named.subtracting(["shippy tui"]) == Set(Self.commands(of: Shippy.self, named: "").filter(\.takes).map(\.name)))
    }

    private static func commands(of command: any ParsableCommand.Type, named name: String) -> [(name: String, takes: Bool)] {
        let children = command.configuration.subcommands
        if children.isEmpty { return [(name, command.helpMessage().contains("--confirm <context>"))] }
        return children.flatMap { child in
            commands(of: child, named: (name.isEmpty ? "" : name + " ") + (child.configuration.commandName ?? ""))
        }
    }
}
