import Crypto
import Foundation
package import ShippyCore

/// The installation's secret: 32 random bytes that lie outside the store, the same on every machine.
///
/// Whoever has it owns the installation. Whoever has only a copy of the store can neither forge a token nor use one. It is used for
/// nothing itself: each purpose has its own key, derived by HKDF-SHA256 (RFC 5869), so that what is made for one is worthless for
/// another.
package struct AccessSecret: Sendable {
    package static let size = 32
    package static let remedy = "make one with `(umask 077; openssl rand -hex 32 > FILE)`, the same on every machine of the installation"

    /// Encrypts the private halves of signing keys: AES-256.
    let sealingKey: SymmetricKey
    let refreshTokenKey: SymmetricKey
    let ownerTokenKey: SymmetricKey
    let linkKey: SymmetricKey

    private init(_ secret: SymmetricKey) {
        func key(_ purpose: String) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(inputKeyMaterial: secret, info: Array("shippy/1 \(purpose)".utf8), outputByteCount: 32)
        }
        sealingKey = key("signing keys")
        refreshTokenKey = key("refresh tokens")
        ownerTokenKey = key("owner tokens")
        linkKey = key("links in mails")
    }

    /// - Parameter bytes: ``size`` of them.
    package init(bytes: [UInt8]) {
        precondition(bytes.count == Self.size)
        self.init(SymmetricKey(data: bytes))
    }

    package static func random() -> AccessSecret {
        AccessSecret(SymmetricKey(size: .bits256))
    }

    // MARK: Its file

    /// Reads the secret from a file with 64 hexadecimal digits. See ``SecretFile`` for who may be able to read it. Blocks the thread.
    ///
    /// - Throws: ``ShippyError`` `.usage` or `.denied`, with what to do. The message contains nothing of the file.
    package static func load(_ path: String) throws(ShippyError) -> AccessSecret {
        var digits = try SecretFile.read(path, name: "secret", limit: 2 * size, remedy: remedy)
        defer { digits.withUnsafeMutableBytes { explicit_bzero($0.baseAddress!, $0.count) } }
        guard var bytes = bytes(hexadecimal: digits) else {
            throw ShippyError(.usage, "the secret file \(path) does not contain \(2 * size) hexadecimal digits; \(remedy)")
        }
        defer { bytes.withUnsafeMutableBytes { explicit_bzero($0.baseAddress!, $0.count) } }
        return AccessSecret(bytes: bytes)
    }

    /// Reads the secret, and makes one first if the file is missing. Processes that do this at the same time get the same secret. When
    /// it returns, the file is on disk; after a crash, there is a complete file or none.
    ///
    /// Only for a directory that ``PrivateFile/prepareDirectory(_:)`` has prepared, and only while nothing is encrypted under an earlier
    /// secret: a new one cannot decrypt it. Blocks the thread, for 10 seconds at most.
    ///
    /// - Throws: ``ShippyError`` `.usage` or `.denied` as ``load(_:)``, `.unavailable` for a disk that is full or does not respond.
    package static func loadOrMake(_ path: String) throws(ShippyError) -> AccessSecret {
        if access(path, F_OK) != 0, errno == ENOENT { try make(path) }
        return try load(path)
    }

    private static func make(_ path: String) throws(ShippyError) {
        // Locks the directory itself: there is no other file to leave behind.
        let lock = try FileLock(
            (path.absolutePath as NSString).deletingLastPathComponent, within: .seconds(10),
            busy: "cannot create \(path): another process has been at it for 10 s")
        defer { extendLifetime(lock) }
        guard access(path, F_OK) != 0 else { return }
        var text = hexadecimal(SymmetricKey(size: .bits256)) + [UInt8(ascii: "\n")]
        defer { text.withUnsafeMutableBytes { explicit_bzero($0.baseAddress!, $0.count) } }
        do { try PrivateFile.writeSecrets(text, to: path) } catch { throw .wrapping(error, as: .unavailable) }
    }

    private static func hexadecimal(_ key: SymmetricKey) -> [UInt8] {
        key.withUnsafeBytes { bytes in
            bytes.flatMap { [$0 >> 4, $0 & 0xf].map { $0 < 10 ? $0 + 48 : $0 + 87 } }
        }
    }

    private static func bytes(hexadecimal digits: [UInt8]) -> [UInt8]? {
        guard digits.count == 2 * size else { return nil }
        let values = digits.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard values.count == digits.count else { return nil }
        return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
    }
}

// Nothing shows it, `dump` and a debugger's reflection included.
extension AccessSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "secret" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
