import Foundation
import ShippyCore
import TestSupport
import Testing

@testable import ShippyNotificator

@Suite struct MailMessageTests {
    private func render(_ mail: Mail, directory: String? = nil) throws -> String {
        let renderer = try MailRenderer(directory: directory, sender: EmailAddress("shippy@example.org"))
        return String(decoding: try renderer.render(mail).message, as: UTF8.self)
    }

    private func mail(_ to: String = "ada@example.com", name: String, template: Mail.Template = .welcome, content: String = "") -> Mail {
        Mail(
            id: "m1", to: EmailAddress(trusted: to), template: template, nextAttemptAt: nil, eventID: "e1", requestID: "r1",
            createdAt: Timestamp(milliseconds: 1_767_323_045_678), name: name, content: content)
    }

    @Test func isARealMessage() throws {
        let message = try render(mail(name: "Ada Lovelace"))
        #expect(message.contains("From: Shippy <shippy@example.org>\r\n"))
        #expect(message.contains("To: Ada Lovelace <ada@example.com>\r\n"))
        #expect(message.contains("Date: Fri, 02 Jan 2026 03:04:05 +0000\r\n"))
        #expect(message.contains("Message-ID: <e1@example.org>\r\n"))
        #expect(message.contains("X-Request-Id: r1\r\n"))
        #expect(MailParts.bodies(of: message).first?.contains("Hi Ada Lovelace! Thank you for registration...") == true)
    }

    @Test func theSameMailHasTheSameMessageID() throws {
        var again = mail(name: "Ada")
        again.attempts = 5
        func id(_ mail: Mail) throws -> Substring? { try render(mail).split(separator: "\r\n").first { $0.hasPrefix("Message-ID") } }
        #expect(try id(mail(name: "Ada")) == id(again))
    }

    /// A row that was edited in the database must not take the notificator down.
    @Test(arguments: [
        (Int64.min, "Thu, 01 Jan 1970 00:00:00 +0000"), (-86_400_000, "Thu, 01 Jan 1970 00:00:00 +0000"),
        (951_868_799_000, "Tue, 29 Feb 2000 23:59:59 +0000"), (Int64.max, "Fri, 31 Dec 9999 23:59:59 +0000"),
    ])
    func anyTimeMakesADate(milliseconds: Int64, date: String) throws {
        var mail = mail(name: "Ada")
        mail.createdAt = Timestamp(milliseconds: milliseconds)
        #expect(try render(mail).contains("Date: \(date)\r\n"))
    }

    /// RFC 2046, 5.1.1: a boundary has at most 70 characters. Event IDs of other programs may be longer.
    @Test func aLongEventIDMakesAValidBoundary() throws {
        var mail = mail(name: "Ada")
        mail.eventID = String(repeating: "e", count: 200)
        let message = try render(mail)
        let boundary = try #require(message.firstMatch(of: #/boundary="([^"]+)"/#)?.1)
        #expect(boundary.utf8.count <= 70)
        #expect(message.components(separatedBy: "\r\n--\(boundary)").count == 4)
    }

    @Test(arguments: [
        "x\r\nBcc: evil@example.com", "x\nBcc: evil@example.com", "\r\n\r\n<b>body</b>", "Ünïcödé 漢字 🙂", "\u{1b}[2J", "=?UTF-8?B?eA==?=",
        "a, b <c@d>", "\"quoted\"", String(repeating: "lang ", count: 400), "\0",
    ])
    func noNameAddsAHeaderOrBreaksALine(name: String) throws {
        let message = try render(mail(name: name))
        let lines = message.components(separatedBy: "\r\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 998 && !$0.contains("\n") && !$0.contains("\r") })
        #expect(message.utf8.allSatisfy { $0 < 0x80 && ($0 >= 0x20 || $0 == 13 || $0 == 10) })
        let head = lines.prefix { !$0.isEmpty }
        let names = head.filter { !$0.hasPrefix(" ") }.map { $0.prefix { $0 != ":" } }
        #expect(names == ["From", "To", "Subject", "Date", "Message-ID", "X-Request-Id", "Auto-Submitted", "MIME-Version", "Content-Type"])
        #expect(lines.filter { $0.hasPrefix("--=_") }.count == 3)
    }

    @Test(arguments: ["a@b\r\nBcc: x@y", "<>", "", "\"x@evil \"@b", "a b@c"])
    func anAddressEditedInTheDatabaseIsRefused(to: String) {
        #expect(throws: ShippyError.self) { try render(mail(to, name: "Ada")) }
    }

    @Test func idsFromElsewhereAreMadeSafe() throws {
        var odd = mail(name: "Ada")
        odd.eventID = "x>\r\nBcc: y@z"
        #expect(try render(odd).contains("Message-ID: <x=3E=0D=0ABcc=3A=20y=40z@example.org>\r\n"))
    }

    /// A mail program takes mails with one Message-ID for the same.
    @Test(arguments: [("a.b", "a-b"), (String(repeating: "i", count: 239) + "1", String(repeating: "i", count: 239) + "2"), ("ä", "ö")])
    func differentIDsStayDifferent(first: String, second: String) throws {
        let lines = try [first, second].map { id in
            var odd = mail(name: "Ada")
            odd.eventID = id
            return try #require(render(odd).split(separator: "\r\n").first { $0.hasPrefix("Message-ID") })
        }
        #expect(lines[0] != lines[1])
    }

    @Test func filesTakeThePlaceOfTemplates() throws {
        let directory = try TemporaryDirectory()
        try "Moin {{{name}}}".write(toFile: directory("welcome.subject.mustache"), atomically: true, encoding: .utf8)
        #expect(try render(mail(name: "Ada"), directory: directory.path).contains("Subject: Moin Ada\r\n"))
        try "{{#open}}".write(toFile: directory("welcome.subject.mustache"), atomically: true, encoding: .utf8)
        let error = #expect(throws: ShippyError.self) { try render(mail(name: "Ada"), directory: directory.path) }
        #expect(error?.code == .usage)
        #expect(error?.message.contains("welcome.subject.mustache") == true)
    }

    @Test func htmlIsEscaped() throws {
        let message = try render(mail(name: "x", template: .message, content: "<script>alert(1)</script>"))
        let texts = MailParts.bodies(of: message)
        #expect(texts.count == 2)
        #expect(texts[0].contains("<script>"))
        #expect(!texts[1].contains("<script>"))
    }

    @Test(arguments: ["", " "])
    func somebodyWithoutANameIsGreetedAllTheSame(name: String) throws {
        let message = try render(mail(name: name))
        #expect(message.contains("Subject: Welcome\r\n"))
        let bodies = MailParts.bodies(of: message)
        #expect(bodies.allSatisfy { $0.contains("Hi! Thank you for registration...") })
        #expect(bodies.count == 2)
    }

    /// A copy that somebody wanted must not be taken for the first one.
    @Test func aCopyHasAMessageIDOfItsOwn() throws {
        let first = mail(name: "Ada")
        let copy = first.copy(to: first.to, requestID: "r2")
        #expect(try render(copy).contains("Message-ID: <\(copy.id)@example.org>\r\n"))
        #expect(copy.eventID == first.eventID && copy.copyOf == "m1" && copy.onlyMailOf == nil)
    }

    /// A link proves that an address is somebody's.
    @Test func aCopyToAnotherAddressHasNoLink() throws {
        var first = mail(name: "Ada")
        first.link = "AbC"
        #expect(first.copy(to: EmailAddress(trusted: "ADA@example.com"), requestID: "r2").link == "AbC")
        #expect(first.copy(to: EmailAddress(trusted: "eve@example.com"), requestID: "r2").link.isEmpty)
    }

    /// Whoever reads the source of a mail, or has a program without MIME, can read it.
    @Test func textOfMostlyASCIICanBeReadAsItIs() throws {
        let message = try render(mail(name: "Zoë"))
        #expect(message.contains("Content-Transfer-Encoding: quoted-printable\r\n\r\nHi Zo=C3=AB! Thank you for registration...\r\n"))
        #expect(!message.contains("base64"))
        let other = try render(mail(name: "x", template: .message, content: String(repeating: "漢字かな", count: 20)))
        #expect(other.contains("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"))
        #expect(MailParts.bodies(of: other)[0] == String(repeating: "漢字かな", count: 20) + "\n")
    }

    @Test(arguments: [
        "a=b", "trailing \nblank\t\n", ".\n..two\n.three", String(repeating: "long ", count: 100), String(repeating: "ü", count: 100), "a\r\nb\rc",
        String(repeating: "x", count: 75) + ".y", String(repeating: "x", count: 76), "\u{0}\u{7f}", "", "\n\n",
    ])
    func quotedPrintableKeepsTheText(text: String) {
        let encoded = QuotedPrintable.encode(text)
        #expect(MailParts.printable(encoded) == text.replacing("\r\n", with: "\n"))
        for line in encoded.components(separatedBy: "\r\n") {
            #expect(line.utf8.count <= 76)
            #expect(!line.hasPrefix(".") && !line.hasSuffix(" ") && !line.hasSuffix("\t"))
            #expect(line.utf8.allSatisfy { $0 == 9 || (0x20..<0x7f).contains($0) })
        }
        #expect(!encoded.contains("=_"))
    }
}
