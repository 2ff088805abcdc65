import Foundation

/// An e-mail address.
///
/// A checked address is safe in a header and in an SMTP command: ASCII, no quoting, no control characters. Only RFC 5321's
/// Dot-string form is accepted: a local part of at most 64 bytes and a domain of LDH labels, at most 254 bytes in all. An
/// internationalized domain is converted to punycode. Quoted local parts and address literals are refused.
package struct EmailAddress: Hashable, Sendable, CustomStringConvertible {
    /// The full address. In a checked address, the domain is in lower case and in punycode.
    package let description: String

    package var domain: Substring { description.utf8.lastIndex(of: UInt8(ascii: "@")).map { description[$0...].dropFirst() } ?? "" }

    /// - Parameter defaultDomain: the domain to add to a name without `@`; nil refuses such a name.
    /// - Throws: ``ShippyError`` `.invalid`, naming the address and the fault.
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

    /// An address from an engine's row or from a shippy service. It is used unchanged and never refused.
    ///
    /// It may be invalid by today's rules: an older release or a database client may have written it.
    package init(trusted text: String) {
        description = text
    }

    /// The same address, checked and normalized.
    /// - Throws: ``ShippyError`` `.invalid` if today's rules refuse it.
    package func checked() throws -> EmailAddress { try EmailAddress(description) }

    /// Whether a store takes both for the same address: it ignores case.
    package func isSame(as other: EmailAddress) -> Bool { description.lowercased() == other.description.lowercased() }

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
