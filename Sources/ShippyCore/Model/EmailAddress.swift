import Foundation

/// An e-mail address.
///
/// One that was checked is safe to put into a header and an SMTP command: ASCII, no quoting, no control characters. Accepted is RFC 5321's dot-string form: a local part of up to 64 bytes, a domain of LDH labels (an international
/// domain is kept in punycode), at most 254 bytes in all. Quoted local parts and address literals are refused.
package struct EmailAddress: Hashable, Sendable, CustomStringConvertible {
    /// The whole of it. One that was checked has its domain in lower case and in punycode.
    package let description: String

    package var domain: Substring { description.utf8.lastIndex(of: UInt8(ascii: "@")).map { description[$0...].dropFirst() } ?? "" }

    /// - Parameter defaultDomain: completes a bare name without `@`; nil refuses such a name.
    /// - Throws: ``ShippyError`` `.invalid` that names the address and what is wrong with it.
    package init(_ text: String, defaultDomain: String? = nil) throws {
        func refuse(_ reason: String) -> ShippyError {
            ShippyError(.invalid, "email \(text.quoted(limit: 80)) \(reason)", field: "email")
        }
        let localPart: Substring
        let domainPart: String
        if let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) {
            localPart = text[..<at]
            domainPart = String(text[text.utf8.index(after: at)...])
        } else if let defaultDomain, !text.isEmpty {
            localPart = text[...]
            domainPart = defaultDomain
        } else {
            throw refuse(text.isEmpty ? "is empty: use an address such as ada@example.com" : "has no domain: use name@domain")
        }
        guard localPart.utf8.count <= 64 else { throw refuse("has more than 64 bytes before the @") }
        guard !localPart.isEmpty, localPart.utf8.first != UInt8(ascii: "."), localPart.utf8.last != UInt8(ascii: "."),
            zip(localPart.utf8, localPart.utf8.dropFirst()).allSatisfy({ $0 != UInt8(ascii: ".") || $1 != UInt8(ascii: ".") })
        else { throw refuse("needs a name before the @, without a leading, trailing or double dot") }
        guard localPart.utf8.allSatisfy(Self.isAtomText) else {
            throw refuse("has an invalid character before the @: use letters, digits, dots and !#$%&'*+-/=?^_`{|}~")
        }
        guard let domain = Self.normalized(domainPart) else {
            throw refuse("has an invalid domain")
        }
        guard localPart.utf8.count + 1 + domain.utf8.count <= 254 else { throw refuse("is longer than 254 bytes") }
        description = "\(localPart)@\(domain)"
    }

    /// The address that a row of an engine, or a service of ours, already holds: taken as it is, and never refused.
    ///
    /// It need not be one that would be taken today: an older release, or somebody with a database client, may have written it.
    package init(trusted text: String) {
        description = text
    }

    /// The same address, where it is one that would be taken today.
    /// - Throws: ``ShippyError`` `.invalid`.
    package func checked() throws -> EmailAddress { try EmailAddress(description) }

    private static func isAtomText(_ byte: UInt8) -> Bool {
        byte.isASCIIAlphanumeric || ".-_+!#$%&'*/=?^`{|}~".utf8.contains(byte)
    }

    private static func normalized(_ domain: String) -> String? {
        var ascii = domain
        if !domain.utf8.allSatisfy({ $0 < 0x80 }) {
            guard let punycode = punycode(domain) else { return nil }
            ascii = punycode
        }
        if ascii.utf8.contains(where: { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }) { ascii = ascii.lowercased() }
        guard !ascii.isEmpty, ascii.utf8.count <= 253 else { return nil }
        var length = 0
        var last = UInt8(ascii: ".")
        for byte in ascii.utf8 {
            switch byte {
            case UInt8(ascii: "."):
                guard (1...63).contains(length), last != UInt8(ascii: "-") else { return nil }
                length = 0
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                length += 1
            case UInt8(ascii: "-") where length > 0:
                length += 1
            default: return nil
            }
            last = byte
        }
        return (1...63).contains(length) && last != UInt8(ascii: "-") ? ascii : nil
    }

    /// Foundation's URL parser applies UTS #46 to a host.
    private static func punycode(_ domain: String) -> String? {
        guard
            domain.unicodeScalars.allSatisfy({
                $0.properties.isAlphabetic || $0.properties.numericType != nil || "-.".unicodeScalars.contains($0)
                    || $0.properties.generalCategory == .nonspacingMark || $0.properties.generalCategory == .spacingMark
            }),
            let host = URLComponents(string: "http://\(domain)/")?.encodedHost
        else { return nil }
        return host.utf8.allSatisfy { $0 < 0x80 } ? host : nil
    }
}
