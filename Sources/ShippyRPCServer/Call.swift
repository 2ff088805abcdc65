import GRPCCore
import NIOCore
import NIOHPACK

/// One call, from its first headers to its trailers. Confined to its connection's event loop.
final class Call {
    let head: RequestHead
    /// The request so far.
    var request = ByteBuffer()
    /// Whether the request is complete and being processed.
    var isWhole = false
    /// The number of ticks of the connection's clock at which the request was incomplete.
    var age = 0
    /// The handler's task.
    var task: Task<Void, Never>?
    /// Set when the handler runs.
    var cancellation: ServerContext.RPCCancellationHandle?
    private var initialMetadata = Metadata()
    private var messages = ByteBuffer()

    init(_ head: RequestHead) {
        self.head = head
    }

    /// Tells the handler that the caller no longer waits.
    func cancel() {
        // The order matters: in a cancelled task, waiting for the RPC's cancellation returns nothing.
        cancellation?.cancel()
        task?.cancel()
    }

    /// The error in the request so far; nil if there is none.
    ///
    /// - Parameter isWhole: whether the request has ended.
    func fault(limit: Int, isWhole: Bool) -> Status? {
        guard let length = MessageFraming.announcedLength(request) else {
            return isWhole ? Status(code: .internalError, message: "the request contains no message") : nil
        }
        if MessageFraming.isCompressed(request) {
            return Status(code: .unimplemented, message: "compressed messages are not supported: send them uncompressed")
        }
        if length > limit {
            return Status(code: .resourceExhausted, message: "the message has \(length) bytes: the limit is \(limit)")
        }
        let excess = request.readableBytes - MessageFraming.prefixLength - length
        if excess > 0 || (isWhole && excess < 0) {
            return Status(code: .internalError, message: "the request is not a single message of the announced length")
        }
        return nil
    }

    /// The complete request.
    func parts() -> RequestParts {
        RequestParts(metadata: head.metadata, message: Array(request.readableBytesView.dropFirst(MessageFraming.prefixLength)))
    }

    /// Stores a part of the reply.
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
