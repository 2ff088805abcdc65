import Foundation
import Glibc
import NIOPosix
package import ShippyCore

/// Writes mails to a Maildir (https://cr.yp.to/proto/maildir.html), where any mail reader finds them.
///
/// A file is named after its mail's ID, so that a mail written again, after a crash, takes the place of its first copy in `new`. A copy
/// that a mail reader has already moved to `cur` stays beside it.
package final class MaildirMailer: Mailer {
    package let concurrency = 16
    package let summary: String
    private let directory: String
    private let threads: NIOThreadPool

    /// Creates the folder if it is missing.
    /// - Throws: ``ShippyError`` `.denied` when it cannot be written or belongs to another user.
    package init(directory: String) throws {
        self.directory = directory
        summary = "maildir:\(directory)"
        for folder in ["", "/tmp", "/new", "/cur"] { try PrivateFile.prepareDirectory(directory + folder) }
        // Also if they existed: a power cut that loses the folder's name loses its mails, too.
        try DirectorySync.syncWithName(directory)
        Self.removeAbandoned("\(directory)/tmp")
        threads = NIOThreadPool(numberOfThreads: concurrency)
    }

    package func deliver(_ mail: OutgoingMail, while isOurs: @escaping @Sendable () -> Bool) async -> DeliveryResult {
        threads.start()
        do {
            return try await threads.runIfActive { [directory] in
                let name = "\(mail.id).shippy"
                // Of this attempt alone: another sender may have the same mail in hand.
                let temporary = "\(directory)/tmp/\(UUIDv7.next()).\(name)"
                // Once it is moved, there is nothing to remove.
                defer { unlink(temporary) }
                if let failure = Self.write(mail.message, to: temporary) { return .deferred(reply: "\(failure) in \(directory)") }
                guard isOurs() else { return .withdrawn }
                if let failure = Self.move(temporary, to: "\(directory)/new/\(name)") { return .deferred(reply: "\(failure) in \(directory)") }
                // Makes the name in the folder durable, too.
                try DirectorySync.sync("\(directory)/new")
                return .accepted(reply: "written to new/\(name)")
            }
        } catch {
            return .deferred(reply: "\(error)")
        }
    }

    /// - Returns: the reason for a failure; nil on success.
    private static func write(_ bytes: [UInt8], to path: String) -> String? {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { return "cannot create a file: \(String(cString: strerror(errno)))" }
        defer { Glibc.close(file) }
        var position = 0
        while position < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress! + position, $0.count - position) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return "cannot write: \(String(cString: strerror(errno)))" }
            position += count
        }
        return fsync(file) == 0 ? nil : "cannot sync: \(String(cString: strerror(errno)))"
    }

    /// Removes what senders left behind that died in an attempt. After 36 hours a Maildir's files in `tmp` are anybody's to delete.
    private static func removeAbandoned(_ folder: String) {
        let limit = Date.now - 36 * 3600
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for path in names.filter({ $0.hasSuffix(".shippy") }).map({ "\(folder)/\($0)" }) {
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            if let modified = attributes?[.modificationDate] as? Date, modified < limit { unlink(path) }
        }
    }

    private static func move(_ from: String, to path: String) -> String? {
        rename(from, path) == 0 ? nil : "cannot rename: \(String(cString: strerror(errno)))"
    }

    package func close() async {
        // Fails only if the threads were never started.
        try? await threads.shutdownGracefully()
    }
}
