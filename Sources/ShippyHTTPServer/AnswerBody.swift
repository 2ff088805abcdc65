import HTTPTypes
import HummingbirdCore
import NIOCore

/// Collects the bytes of an answer's body.
///
/// `@unchecked Sendable`: it is used only in the task that answers.
final class AnswerBody: ResponseBodyWriter, @unchecked Sendable {
    private(set) var bytes = ByteBuffer()

    func write(_ buffer: ByteBuffer) async throws {
        if bytes.readableBytes == 0 { bytes = buffer } else { bytes.writeImmutableBuffer(buffer) }
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
