package import Glibc

/// Users of this machine.
package enum SystemUser {
    /// The name for messages: `postgres`, or `user 1234` for one without a name.
    package static func name(of user: uid_t) -> String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4096)
        guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return "user \(user)" }
        return String(cString: entry.pw_name)
    }
}
