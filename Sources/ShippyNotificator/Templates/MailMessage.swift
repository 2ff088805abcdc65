import Foundation
import ShippyCore

/// The bytes of an RFC 5322 message with a text and an HTML part (RFC 2046 `multipart/alternative`).
///
/// libcurl's MIME API is not used, because it produces a message only while sending it. Mails can also go to a Maildir, which
/// must get the same bytes. Text from outside is encoded: bodies in quoted-printable or base64, names and subject as RFC 2047 words. So no
/// value can add a header, end a part, or make a line too long.
struct MailMessage {
    var from: EmailAddress
    var fromName: String
    var to: EmailAddress
    var toName: String
    var subject: String
    var text: String
    var html: String
    var date: Timestamp
    var messageID: String
    var requestID: String

    var bytes: [UInt8] {
        let lines = headers.map { "\($0): \($1)" } + [""] + part("text/plain", text) + part("text/html", html) + ["--\(boundary)--", ""]
        return [UInt8](lines.joined(separator: "\r\n").utf8)
    }

    /// Names and values, as they are sent. A long value has line breaks.
    var headers: [(name: String, value: String)] {
        [
            ("From", Self.mailbox(fromName, from)), ("To", Self.mailbox(toName, to)), ("Subject", Self.words(subject)),
            ("Date", Self.date(date)), ("Message-ID", "<\(messageID)>"), (HeaderName.requestID, requestID),
            ("Auto-Submitted", "auto-generated"), ("MIME-Version", "1.0"),
            ("Content-Type", "multipart/alternative; boundary=\"\(boundary)\""),
        ]
    }

    /// Neither encoding ever makes `=_`, so the boundary cannot occur in a part. It may have at most 70 characters (RFC 2046, 5.1.1).
    private var boundary: String { "=_\(messageID.prefix { $0 != "@" }.prefix(60))" }

    /// In the shorter encoding, which for text of mostly ASCII is the one that can be read.
    private func part(_ type: String, _ text: String) -> [String] {
        let (printable, base64) = (QuotedPrintable.encode(text), Self.base64(text))
        let isPrintable = printable.utf8.count <= base64.utf8.count
        return [
            "--\(boundary)", "Content-Type: \(type); charset=utf-8",
            "Content-Transfer-Encoding: \(isPrintable ? "quoted-printable" : "base64")", "", isPrintable ? printable : base64,
        ]
    }

    private static func mailbox(_ name: String, _ address: EmailAddress) -> String {
        name.isEmpty ? address.description : "\(words(name)) <\(address)>"
    }

    /// Text for a header: unchanged if it is short and plain, otherwise in encoded words of at most 75 characters.
    static func words(_ text: String) -> String {
        let isPlain = text.utf8.count <= 60 && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: " ") }
        if isPlain { return text }
        var words: [String] = []
        var chunk = ""
        // 45 bytes are 60 characters of base64. A character is never split.
        for character in text.unicodeScalars {
            if chunk.utf8.count + UTF8.width(character) > 45 {
                words.append(chunk)
                chunk = ""
            }
            chunk.unicodeScalars.append(character)
        }
        words.append(chunk)
        return words.map { "=?UTF-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    private static func base64(_ text: String) -> String {
        Data(text.utf8).base64EncodedString(options: [.lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed])
    }

    /// RFC 5322, 3.3: `Fri, 02 Jan 2026 03:04:05 +0000`
    private static func date(_ time: Timestamp) -> String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        // A row that was edited in the database may have any time. The format has years of four digits.
        let time = Timestamp(milliseconds: min(max(time.milliseconds, 0), 253_402_300_799_999))
        // The first of January 1970 was a Thursday.
        let day = days[Int(time.milliseconds / 86_400_000 % 7)]
        let text = time.description
        let parts = text.prefix(10).split(separator: "-")
        return "\(day), \(parts[2]) \(months[Int(parts[1])! - 1]) \(parts[0]) \(text.dropFirst(11).prefix(8)) +0000"
    }
}
