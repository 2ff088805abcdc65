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
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw ShippyError(.usage, "cannot read \(shown): \(String(cString: strerror(errno)))") }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ShippyError(.usage, "\(shown) is not a regular file: name a PEM file")
        }
        guard let data = try? handle.read(upToCount: limit + 1), data.count <= limit else {
            throw ShippyError(.usage, "\(shown) is empty or too large: name a PEM file")
        }
        return [UInt8](data)
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
