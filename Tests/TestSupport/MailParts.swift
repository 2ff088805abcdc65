import Foundation

/// Takes a message of RFC 5322 apart, as a mail program does.
package enum MailParts {
    /// The decoded bodies of a message with several parts: the text, then the HTML.
    package static func bodies(of message: String) -> [String] {
        guard let boundary = message.firstMatch(of: #/boundary="([^"]+)"/#)?.1 else { return [] }
        return message.components(separatedBy: "\r\n--\(boundary)").dropFirst().dropLast().map { part in
            let halves = part.components(separatedBy: "\r\n\r\n")
            let body = halves.dropFirst().joined(separator: "\r\n\r\n")
            if halves[0].contains("base64") {
                return Data(base64Encoded: body.replacing("\r\n", with: "")).map { String(decoding: $0, as: UTF8.self) } ?? ""
            }
            return halves[0].contains("quoted-printable") ? printable(body) : body
        }
    }

    /// Decodes quoted-printable (RFC 2045, 6.7).
    package static func printable(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.replacing("=\r\n", with: "").replacing("\r\n", with: "\n").utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "=") else {
                bytes.append(byte)
                continue
            }
            bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? UInt8(ascii: "?"))
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
