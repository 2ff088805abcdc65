import CPostgres
import Foundation
import Glibc
import ShippyCore

/// A password file that systemd or Kubernetes passes to a service of another user: root owns it, and the service's group can read it.
///
/// libpq ignores such a file. So it gets a copy in memory that only this user can read.
final class PassedPasswordFile: Sendable {
    /// Larger than any list of servers that people write.
    private static let limit = 1 << 16

    private let descriptor: Int32

    /// Where libpq finds the copy, as long as this object lives.
    var path: String { "/proc/self/fd/\(descriptor)" }

    /// Nil for any other file, which libpq reads, or reports, itself.
    ///
    /// - Throws: as ``SecretFile/read(_:name:limit:remedy:)``.
    init?(_ path: String) throws {
        guard SecretFile.isPassedOn(path) else { return nil }
        let lines = try SecretFile.read(path, name: "password", limit: Self.limit, remedy: "name another with PGPASSFILE")
        descriptor = shippy_memory_file("pgpass")
        guard descriptor >= 0 else { throw ShippyError(.failed, "cannot copy the password file \(path): \(String(cString: strerror(errno)))") }
        guard fchmod(descriptor, 0o600) == 0, Glibc.write(descriptor, lines, lines.count) == lines.count else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw ShippyError(.failed, "cannot copy the password file \(path): \(reason)")
        }
    }

    deinit { close(descriptor) }
}
