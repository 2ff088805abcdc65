import Foundation
import NIOSSL
import ShippyCore

/// Reads PEM files of certificates.
enum PEMFile {
    /// Debian's list of all public authorities has 220 KB.
    private static let limit = 4 << 20

    /// - Throws: ``ShippyError`` `.usage` that names the file.
    static func read(_ path: String) throws -> [UInt8] {
        let shown = path.visiblyEscaped(limit: 200)
        do {
            return try RegularFile.read(path, limit: limit)
        } catch {
            switch error {
            case .unreadable(let reason): throw ShippyError(.usage, "cannot read \(shown): \(reason)")
            case .notRegular: throw ShippyError(.usage, "\(shown) is not a regular file: name a PEM file")
            case .empty, .tooLarge: throw ShippyError(.usage, "\(shown) is empty or too large: name a PEM file")
            }
        }
    }

    /// The certificates in a file, at least one.
    /// - Throws: ``ShippyError`` `.usage` that names the file.
    static func certificates(_ path: String) throws -> [NIOSSLCertificate] {
        let bytes = try read(path)
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty else {
            throw ShippyError(
                .usage, "\(path.visiblyEscaped(limit: 200)) has no certificate: name a PEM file with -----BEGIN CERTIFICATE----- in it")
        }
        return certificates
    }
}
