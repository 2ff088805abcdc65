package import Logging
package import ShippyCore

/// The notificator without a transport: adds mails to the queue.
package final class NotificatorService: Sendable {
    private let logger: Logger
    private let queue: any MailQueue
    private let lastWrite: LastWrite
    private let rate = RateMeter()

    package init(queue: any MailQueue, lastWrite: LastWrite = LastWrite(), logger: Logger) {
        self.queue = queue
        self.lastWrite = lastWrite
        self.logger = logger
    }

    /// Whether mails are being requested so fast that sending should wait: the queued mails are safe.
    package var isBusy: Bool { rate.isBusy }

    /// Adds a mail with this text to the queue. When it returns, the mail is on disk.
    ///
    /// - Returns: the mail's ID.
    /// - Throws: `.invalid` for an address or text that cannot be mailed, `.unavailable`, `.overloaded`.
    package func send(to email: String, content: String, requestID: String) async throws -> String {
        let address = try EmailAddress(email)
        guard !content.utf8.contains(0) else { throw ShippyError(.invalid, "content contains a NUL character", field: "content") }
        let now = Timestamp.now
        let mail = Mail(
            id: UUIDv7.next(at: now), to: address, template: .message, nextAttemptAt: now, eventID: nil,
            requestID: requestID, createdAt: now, content: content, trace: Trace.current)
        let id = try await lastWrite.observe { try await queue.enqueue(mail).id }
        rate.mark()
        logger.debug("mail queued", metadata: [LogKey.requestID: "\(requestID)", LogKey.mailID: "\(id)"])
        return id
    }
}
