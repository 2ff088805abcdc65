import Glibc
import NIOPosix
package import ShippyCore

/// Writes mails to a Maildir (https://cr.yp.to/proto/maildir.html), where any mail reader finds them.
///
/// A file is named after its mail's ID, so that a mail written again after a crash replaces its first copy.
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
        threads = NIOThreadPool(numberOfThreads: concurrency)
    }

    package func deliver(_ mail: OutgoingMail, while isOurs: @escaping @Sendable () -> Bool) async -> DeliveryResult {
        threads.start()
        do {
            return try await threads.runIfActive { [directory] in
                let name = "\(mail.id).shippy"
                let temporary = "\(directory)/tmp/\(name)"
                if let failure = Self.write(mail.message, to: temporary) { return .deferred(reply: "\(failure) in \(directory)") }
                // Leaves the file: the mail's new holder may be writing it under the same name.
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
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
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

    private static func move(_ from: String, to path: String) -> String? {
        rename(from, path) == 0 ? nil : "cannot rename: \(String(cString: strerror(errno)))"
    }

    package func close() async {
        // Fails only if the threads were never started.
        try? await threads.shutdownGracefully()
    }
}
