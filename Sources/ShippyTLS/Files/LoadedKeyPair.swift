import NIOSSL
import ShippyCore
import SwiftASN1
import X509

/// A certificate and its private key, read and checked.
struct LoadedKeyPair {
    /// The certificate and the intermediate ones.
    let chain: [NIOSSLCertificate]
    let key: NIOSSLPrivateKey
    let leaf: CertificateFacts

    /// - Throws: ``ShippyError`` that names the file and says what to do: `.denied` for a key that others can read, otherwise
    ///   `.usage`.
    init(_ files: TLSFiles.KeyPair, now: Timestamp = .now) throws {
        let (path, keyPath) = (files.certificate.visiblyEscaped(limit: 200), files.key.visiblyEscaped(limit: 200))
        chain = try PEMFile.certificates(files.certificate)
        guard let leaf = CertificateFacts(chain[0]) else { throw ShippyError(.usage, "\(path) has a certificate that cannot be parsed") }
        self.leaf = leaf
        if let fault = leaf.fault(at: now) {
            throw ShippyError(
                .usage, "the certificate of \(leaf.title) in \(path) \(fault): renew it, for example with `shippy cert new HOST --force`")
        }
        try PrivateFile.checkKey(files.key)
        let bytes = try PEMFile.read(files.key)
        let text = String(decoding: bytes, as: UTF8.self)
        if text.contains("ENCRYPTED") {
            throw ShippyError(.usage, "private key \(keyPath) is encrypted: decrypt it with `openssl pkey`, into a file with mode 0600")
        }
        guard let key = try? NIOSSLPrivateKey(bytes: bytes, format: .pem) else {
            throw ShippyError(.usage, "\(keyPath) has no private key: name a PEM file with -----BEGIN PRIVATE KEY----- in it")
        }
        guard try Self.belongs(text, to: chain[0]) else {
            throw ShippyError(
                .usage, "the private key in \(keyPath) does not belong to the certificate in \(path): name the key that it was made for")
        }
        self.key = key
    }

    /// Whether a key is that of a certificate. A key of a kind that swift-certificates does not know is left to the handshake.
    private static func belongs(_ text: String, to certificate: NIOSSLCertificate) throws -> Bool {
        guard let documents = try? PEMDocument.parseMultiple(pemString: text),
            let key = documents.lazy.compactMap({ try? Certificate.PrivateKey(pemDocument: $0) }).first,
            let certificate = try? Certificate(derEncoded: try certificate.toDERBytes())
        else { return true }
        return certificate.publicKey == key.publicKey
    }
}
