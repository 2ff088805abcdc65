import GRPCCore
import NIOCore
import NIOHPACK

/// One call, from its headers to its last ones. Confined to its connection's event loop.
final class Call {
    let head: RequestHead
    /// The request so far.
    var request = ByteBuffer()
    /// Whether the request is complete, and worked on.
    var isWhole = false
    /// How often the connection's clock has found the request incomplete.
    var age = 0
    /// What the handler runs in.
    var task: Task<Void, Never>?
    /// Set when the handler runs.
    var cancellation: ServerContext.RPCCancellationHandle?
    private var initialMetadata = Metadata()
    private var messages = ByteBuffer()

    init(_ head: RequestHead) {
        self.head = head
    }

    /// Tells the handler that nobody waits for it.
    func cancel() {
        // In this order: who waits for the second in a task that is cancelled learns nothing.
        cancellation?.cancel()
        task?.cancel()
    }

    /// What is wrong with the request so far; nil where nothing is.
    ///
    /// - Parameter isWhole: whether this is all of it.
    func fault(limit: Int, isWhole: Bool) -> Status? {
        guard let length = MessageFraming.announcedLength(request) else {
            return isWhole ? Status(code: .internalError, message: "the request holds no message") : nil
        }
        if MessageFraming.isCompressed(request) {
            return Status(code: .unimplemented, message: "compressed messages are not read: send them as they are")
        }
        if length > limit {
            return Status(code: .resourceExhausted, message: "the message takes \(length) bytes: \(limit) are the most")
        }
        let excess = request.readableBytes - MessageFraming.prefixLength - length
        if excess > 0 || (isWhole && excess < 0) {
            return Status(code: .internalError, message: "the request is not one message of the length that it announces")
        }
        return nil
    }

    /// The request, once it is whole.
    func parts() -> RequestParts {
        RequestParts(metadata: head.metadata, message: Array(request.readableBytesView.dropFirst(MessageFraming.prefixLength)))
    }

    /// Keeps a part of the reply.
    /// - Returns: the reply, once it is complete.
    func take(_ part: RPCResponsePart<[UInt8]>) -> Reply? {
        switch part {
        case .metadata(let metadata):
            initialMetadata = metadata
            return nil
        case .message(let message):
            MessageFraming.append(message, to: &messages)
            return nil
        case .status(let status, let metadata):
            return Reply(initialMetadata: initialMetadata, messages: messages, status: status, trailingMetadata: metadata)
        }
    }
}
