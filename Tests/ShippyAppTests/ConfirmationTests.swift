import ArgumentParser
import ShippyConfiguration
import ShippyCore
import Testing

@testable import ShippyApp

/// When a command that destroys something asks, what it asks, and what counts as yes.
@Suite struct ConfirmationTests {
    private static let open = Question.Target.context("staging", isProtected: false)
    private static let protected = Question.Target.context("production", isProtected: true)
    private static let place = Question.Target.place("/srv/shippy")

    private func question(_ line: String, _ target: Question.Target, isInteractive: Bool) throws -> Question? {
        try Confirmation.parse(line.split(separator: " ").map(String.init)).question(about: target, isInteractive: isInteractive)
    }

    @Test func aTerminalIsAsked() throws {
        for target in [Self.open, Self.protected, Self.place] { #expect(try question("", target, isInteractive: true) == Question(target: target)) }
        #expect(try question("--yes", Self.open, isInteractive: true) == nil)
        #expect(try question("--yes", Self.place, isInteractive: true) == nil)
        #expect(try question("--yes", Self.protected, isInteractive: true) == Question(target: Self.protected), "its name must be typed")
        #expect(try question("--confirm production", Self.protected, isInteractive: true) == nil)
    }

    @Test func aScriptGoesOnUnlessTheContextIsProtected() throws {
        for line in ["", "--yes"] {
            #expect(try question(line, Self.open, isInteractive: false) == nil)
            #expect(try question(line, Self.place, isInteractive: false) == nil)
            let error = #expect(throws: ShippyError.self) { try question(line, Self.protected, isInteractive: false) }
            #expect(error?.code == .usage)
            #expect(error?.message == "context production is protected: add --confirm production")
        }
        #expect(try question("--confirm production", Self.protected, isInteractive: false) == nil)
        #expect(try question("--confirm staging", Self.open, isInteractive: false) == nil)
    }

    @Test(arguments: [true, false])
    func aNameThatIsNotThatOfTheContextStopsEverything(isInteractive: Bool) {
        for line in ["--confirm staging", "--yes --confirm staging", "--confirm Production"] {
            let error = #expect(throws: ShippyError.self) { try question(line, Self.protected, isInteractive: isInteractive) }
            #expect(error?.code == .usage)
            #expect(error?.message.hasSuffix(": the context is production") == true)
        }
        let error = #expect(throws: ShippyError.self) { try question("--confirm production", Self.place, isInteractive: isInteractive) }
        #expect(error?.message == #"--confirm "production": no context is in effect: name it with --context, too"#)
    }

    @Test func theQuestionSaysWhere() {
        #expect(Question(target: Self.open).text("Delete user a@b") == "Delete user a@b in context staging? [y/N] ")
        #expect(Question(target: Self.place).text("Delete user a@b") == "Delete user a@b in /srv/shippy? [y/N] ")
        #expect(
            Question(target: Self.protected).text("Delete user a@b")
                == "Delete user a@b in the protected context production?\nType production to confirm: ")
        #expect(Question(target: .place("\u{1b}[2J")).text("x\u{9b}") == "x\\u009b in \\u001b[2J? [y/N] ")
    }

    @Test func onlyAYesIsAYes() {
        for answer in ["y\n", "Y\n", "yes\n", " Yes \r\n"] { #expect(Question(target: Self.open).accepts(answer)) }
        for answer in ["", "y", "\n", "n\n", "yy\n", "staging\n", "y n\n"] { #expect(!Question(target: Self.open).accepts(answer), "\(answer)") }
        #expect(Question(target: Self.protected).accepts("production\n"))
        #expect(Question(target: Self.protected).accepts(" production\r\n"))
        for answer in ["y\n", "yes\n", "Production\n", "prod\n", "production x\n", "production"] {
            #expect(!Question(target: Self.protected).accepts(answer), "\(answer)")
        }
    }
}
