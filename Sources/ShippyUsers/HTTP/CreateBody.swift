import Foundation
import NIOCore
import ShippyCore

/// The body of a request to create a user.
struct CreateBody: RequestBody, Equatable {
    static let fields = ["email", "name", "company", "password"]

    var email: String?
    var name: String?
    var company: String?
    var password: String?

    private static let decoder = JSONDecoder()

    /// - Throws: `DecodingError` if the body is not a JSON object or a member is not a string; ``ShippyError`` for an unknown member.
    init(_ body: ByteBuffer) throws {
        if let plain = body.withUnsafeReadableBytes({ Self(plain: $0.bindMemory(to: UInt8.self)) }) {
            self = plain
        } else {
            self = try Self.decoder.decode(KnownFields<CreateBody>.self, from: Data(body.readableBytesView)).body
        }
    }

    /// Parses the simplest form: an object with only these members, each at most once, whose values are strings of printable
    /// ASCII without escapes. Nil for any other body, valid or not. Nearly every body has this form, and parsing it takes a tenth
    /// of a decoder's time.
    init?(plain bytes: UnsafeBufferPointer<UInt8>) {
        var position = 0
        func skip(_ byte: Character) -> Bool {
            while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
            guard position < bytes.count, bytes[position] == byte.asciiValue else { return false }
            position += 1
            return true
        }
        func string() -> String? {
            guard skip("\"") else { return nil }
            let start = position
            while position < bytes.count, bytes[position] != UInt8(ascii: "\"") { position += 1 }
            let text = UnsafeBufferPointer(rebasing: bytes[start..<position])
            guard skip("\""), PlainASCII.isPlain(text) else { return nil }
            return String(decoding: text, as: UTF8.self)
        }
        guard skip("{") else { return nil }
        repeat {
            guard let name = string(), skip(":"), let value = string() else { return nil }
            switch name {
            case "email" where email == nil: email = value
            case "name" where self.name == nil: self.name = value
            case "company" where company == nil: company = value
            case "password" where password == nil: password = value
            default: return nil
            }
        } while skip(",")
        guard skip("}"), bytes[position...].allSatisfy(Self.isSpace) else { return nil }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 }
}
