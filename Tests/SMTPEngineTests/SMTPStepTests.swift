import ShippyCore
import Testing

@testable import SMTPEngine

@Suite struct SMTPStepTests {
    @Test(arguments: [
        ("EHLO ", SMTPStep.session), ("STARTTLS", .session), ("AUTH ", .session), ("MAIL ", .sender), ("RCPT ", .recipient), ("DATA\r", .data),
    ])
    func commandsAreSteps(command: String, step: SMTPStep) {
        #expect(SMTPStep(command: command) == step)
    }

    @Test(arguments: ["QUIT\r", "RSET\r", "NOOP\r"])
    func othersChangeNothing(command: String) {
        #expect(SMTPStep(command: command) == nil)
    }

    @Test(arguments: [
        (SMTPStep.recipient, "550 5.1.1 no such user"), (.recipient, "550 no such user"), (.recipient, "501 5.1.3 bad address"),
        (.recipient, "552 5.2.2 mailbox full"), (.message, "554 5.7.1 spam"), (.message, "552 too large"),
    ])
    func theRecipientAndTheMessageAreRefusedForGood(step: SMTPStep, reply: String) {
        #expect(step.result(of: reply) == .refused(reply: reply))
    }

    @Test(arguments: [
        (SMTPStep.session, "554 no"), (.session, "535 5.7.8 authentication failed"), (.sender, "530 5.7.0 Authentication required"),
        (.sender, "550 5.1.8 sender refused"), (.recipient, "530 Authentication required"), (.recipient, "554 5.7.1 relay access denied"),
        (.recipient, "550 5.1.8 bad sender"), (.recipient, "503 5.5.1 MAIL first"), (.data, "554 5.5.1 no valid recipients"),
        (.message, "550 5.7.26 sender is not authenticated"), (.recipient, "451 later"), (.message, "452 4.3.1 disk full"), (.session, "421 busy"),
    ])
    func everythingElseIsTriedAgain(step: SMTPStep, reply: String) {
        #expect(step.result(of: reply) == .deferred(reply: reply))
    }

    @Test func anAnswerThatRefusesNothingSaysNothing() {
        for step in SMTPStep.allCases {
            for reply in ["", "250 ok", "354 go on", "220 ready"] { #expect(step.result(of: reply) == nil) }
        }
    }
}
