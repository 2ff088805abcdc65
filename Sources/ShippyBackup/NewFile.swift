import Foundation
import ShippyCore

/// A file that gets its name when it is complete. Until then it has none, so whenever the process dies, nothing is left of it.
///
/// On a file system without nameless files it is `PATH.partial` meanwhile. Its mode is 0600. It belongs to one thread, which it blocks.
package final class NewFile {
    /// `O_TMPFILE`, a macro that Swift does not import.
    private static let nameless = 0o20000000 | O_DIRECTORY

    private let path: String
    private let replaces: Bool
    private let descriptor: Int32
    /// The file's name while it is incomplete; nil if it has none.
    private var temporary: String?

    /// - Parameters:
    ///   - replaces: whether a file at `path` is replaced.
    ///   - mayBeNameless: false makes it `PATH.partial` on any file system.
    /// - Throws: ``ShippyError`` `.conflict` if there is a file at `path` already; `.denied` or `.unavailable` with the system's reason.
    package init(_ path: String, replaces: Bool, mayBeNameless: Bool = true) throws {
        self.path = path
        self.replaces = replaces
        try Self.check(path, replaces: replaces)
        let directory = Self.directory(of: path)
        let file = mayBeNameless ? open(directory, Self.nameless | O_WRONLY | O_CLOEXEC, 0o600) : -1
        if file >= 0 {
            descriptor = file
            return
        }
        guard !mayBeNameless || errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL else { throw Self.cannot("create", path) }
        let partial = "\(path).partial"
        descriptor = open(partial, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.cannot("create", partial) }
        // One that nobody holds was left by a process that died.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, ftruncate(descriptor, 0) == 0, fchmod(descriptor, 0o600) == 0 else {
            throw ShippyError(.conflict, "\(partial) cannot be used: another process is writing it, or it belongs to somebody else")
        }
        temporary = partial
    }

    deinit {
        close(descriptor)
        if let temporary { unlink(temporary) }
    }

    /// Refuses a path at which no file can be made, without making one.
    package static func check(_ path: String, replaces: Bool) throws {
        let directory = directory(of: path)
        guard access(directory, W_OK | X_OK) == 0 else { throw cannot("create", path) }
        // A rename would replace a link or a device itself.
        guard let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType else { return }
        guard type == .typeRegular else { throw ShippyError(.conflict, "\(path) is not a regular file: use another name, or - and a redirection") }
        guard replaces else { throw ShippyError(.conflict, "\(path) exists: use another name, or replace it with --force") }
    }

    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        var position = 0
        while position < bytes.count {
            let count = Foundation.write(descriptor, bytes.baseAddress! + position, bytes.count - position)
            guard count >= 0 || errno == EINTR else { throw Self.cannot("write", path) }
            position += max(0, count)
        }
    }

    /// Gives the file its name, durably.
    /// - Throws: as ``init(_:replaces:mayBeNameless:)``. Then there is no new file, unless only the sync of its directory failed.
    package func finish() throws {
        guard fsync(descriptor) == 0 else { throw Self.cannot("write", path) }
        if !replaces {
            // Fails if there is a file by now.
            guard link(to: path) else {
                if errno == EEXIST { throw ShippyError(.conflict, "\(path) exists by now: use another name, or replace it with --force") }
                throw Self.cannot("create", path)
            }
            if let temporary { unlink(temporary) }
        } else {
            if temporary == nil {
                let partial = "\(path).partial"
                unlink(partial)
                guard link(to: partial) else { throw Self.cannot("create", path) }
                temporary = partial
            }
            guard rename(temporary!, path) == 0 else { throw Self.cannot("replace", path) }
        }
        temporary = nil
        try DirectorySync.sync(Self.directory(of: path))
    }

    /// Gives it another name. The error is in `errno`.
    private func link(to path: String) -> Bool {
        if let temporary { return Foundation.link(temporary, path) == 0 }
        return linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0
    }

    private static func directory(of path: String) -> String {
        // Not by NSString, which traps on a name of one character.
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func cannot(_ verb: String, _ path: String) -> ShippyError {
        switch errno {
        case ENOSPC, EDQUOT: ShippyError(.unavailable, "cannot \(verb) \(path): the disk is full")
        case EACCES, EPERM, EROFS: ShippyError(.denied, "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
        case ENOENT, ENOTDIR: ShippyError(.notFound, "cannot \(verb) \(path): its directory does not exist")
        default: ShippyError(.unavailable, "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
        }
    }
}
