import Crypto
package import ShippyCore

/// The key of ``SharedSecretTokens``: at least 32 bytes that are not known to everyone.
package struct SharedSecretKey: Sendable {
    package static let minimumSize = 32
    static let remedy = "make one with `(umask 077; openssl rand -hex 32 > FILE)`, and give it to the services that verify tokens"

    let key: SymmetricKey

    /// Keys, or parts of keys, from tutorials, their public copies and documentation.
    private static let known = [
        ("mySuperSecretKey", "the go-micro tutorial"), ("`xs#a_1-!", "a go-micro tutorial"), ("SigningString", "go-kit's documentation"),
        ("your-256-bit-secret", "jwt.io"), ("a-string-secret-at-least-256-bits-long", "jwt.io"), ("your_secret_key", "many tutorials"),
    ]
    /// The SHA-256 of keys of 32 bytes in public copies of the go-micro tutorial.
    private static let knownHashes: Set<String> = [
        "5C4qxbb0TDhpioaCsJTIvZghYPMeNNB5xLxOOY6QrYI", "2MjRJljB84tpStd_C51oOAGIJJdcbCKJS9aiSWFEqxE",
    ]

    /// - Parameters:
    ///   - source: where it comes from, for messages: never the key itself.
    /// - Throws: ``ShippyError`` `.usage` for a key that is short, simple or known.
    package init(_ bytes: [UInt8], from source: String) throws(ShippyError) {
        let lowercased = bytes.map { $0 | ((0x41...0x5a).contains($0) ? 0x20 : 0) }
        for (text, origin) in Self.known where lowercased.contains(Array(text.lowercased().utf8)) {
            throw ShippyError(.usage, "the key in \(source) is the one of \(origin), which everyone knows; \(Self.remedy)")
        }
        if Self.knownHashes.contains(Base64URL.text(Array(SHA256.hash(data: bytes)))) {
            throw ShippyError(.usage, "the key in \(source) is the one of a public copy of the go-micro tutorial; \(Self.remedy)")
        }
        guard bytes.count >= Self.minimumSize else {
            throw ShippyError(.usage, "the key in \(source) has \(bytes.count) bytes, fewer than \(Self.minimumSize) (RFC 7518, 3.2); \(Self.remedy)")
        }
        guard Set(bytes).count >= 8 else {
            throw ShippyError(.usage, "the key in \(source) has fewer than 8 different characters; \(Self.remedy)")
        }
        key = SymmetricKey(data: bytes)
    }

    /// Reads the key from a file, without the line break at its end. See ``SecretFile`` for who may be able to read it. Blocks the thread.
    package static func load(_ path: String) throws(ShippyError) -> SharedSecretKey {
        try SharedSecretKey(try SecretFile.read(path, name: "key", remedy: remedy), from: path)
    }
}

extension SharedSecretKey: CustomStringConvertible, CustomReflectable {
    package var description: String { "key" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
