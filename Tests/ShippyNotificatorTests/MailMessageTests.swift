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
        let body = try #require(message.components(separatedBy: "\r\n\r\n").dropFirst(2).first)
        let text = body.components(separatedBy: "\r\n--")[0].replacing("\r\n", with: "")
        let decoded = try #require(Data(base64Encoded: text))
        #expect(String(decoding: decoded, as: UTF8.self).contains("Hi Ada Lovelace! Thank you for registration..."))
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
        let parts = message.components(separatedBy: "Content-Transfer-Encoding: base64\r\n\r\n").dropFirst()
        let texts = parts.compactMap { part in
            Data(base64Encoded: part.components(separatedBy: "\r\n--")[0].replacing("\r\n", with: "")).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(texts.count == 2)
        #expect(texts[0].contains("<script>"))
        #expect(!texts[1].contains("<script>"))
    }

    @Test(arguments: ["", " "])
    func somebodyWithoutANameIsGreetedAllTheSame(name: String) throws {
        let message = try render(mail(name: name))
        #expect(message.contains("Subject: Welcome\r\n"))
        let bodies = message.components(separatedBy: "\r\n\r\n").dropFirst(2).map { part in
            Data(base64Encoded: part.components(separatedBy: "\r\n--")[0].replacing("\r\n", with: "")).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(bodies.compactMap { $0 }.allSatisfy { $0.contains("Hi! Thank you for registration...") })
        #expect(bodies.count == 2)
    }
}
