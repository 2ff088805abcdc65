import Dispatch
import EmbeddedEngines
import Foundation
import ShippyCore
import TestSupport
import Testing

@Suite struct MaildirMailerTests {
    private let directory: TemporaryDirectory
    private let mail: OutgoingMail

    init() throws {
        directory = try TemporaryDirectory()
        let address = try EmailAddress("ada@example.com")
        mail = OutgoingMail(id: "m1", from: address, to: address, message: [UInt8]("Subject: x\r\n\r\nbody\r\n".utf8))
    }

    private func files(_ folder: String) throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: directory("mail/\(folder)")) }

    /// The lease of the first sender has ended, and it does not know yet.
    @Test func twoSendersOfAMailDoNotDisturbEachOther() async throws {
        let mailers = try (0..<2).map { _ in try MaildirMailer(directory: directory("mail")) }
        let (isWritten, mayGoOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let first = Task { [mail] in
            await mailers[0].deliver(mail) {
                isWritten.signal()
                mayGoOn.wait()
                return true
            }
        }
        try await eventually("the first has written its file") { isWritten.wait(timeout: .now()) == .success }
        let second = await mailers[1].deliver(mail) { true }
        mayGoOn.signal()
        #expect(second == .accepted(reply: "written to new/m1.shippy"))
        #expect(await first.value == second)
        #expect(try files("new") == ["m1.shippy"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory("mail/new/m1.shippy"))) == Data(mail.message))
        #expect(try files("tmp").isEmpty)
        for mailer in mailers { await mailer.close() }
    }

    @Test func aWithdrawnMailLeavesNothingBehind() async throws {
        let mailer = try MaildirMailer(directory: directory("mail"))
        #expect(await mailer.deliver(mail) { false } == .withdrawn)
        #expect(try files("tmp").isEmpty)
        #expect(try files("new").isEmpty)
        await mailer.close()
    }

    /// https://cr.yp.to/proto/maildir.html: files in `tmp` may be deleted after 36 hours.
    @Test func filesOfSendersThatDiedAreRemovedLater() async throws {
        await (try MaildirMailer(directory: directory("mail"))).close()
        for (name, hours) in [("old.shippy", 37.0), ("recent.shippy", 35), ("old.foreign", 37)] {
            let path = directory("mail/tmp/\(name)")
            _ = FileManager.default.createFile(atPath: path, contents: nil)
            try FileManager.default.setAttributes([.modificationDate: Date.now - hours * 3600], ofItemAtPath: path)
        }
        await (try MaildirMailer(directory: directory("mail"))).close()
        #expect(try Set(files("tmp")) == ["recent.shippy", "old.foreign"])
    }
}
