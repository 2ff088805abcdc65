import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Converts parsed requests to the types that responders use, and answers to bytes. Head and body of a small answer are a single
/// write. Confined to its event loop.
final class HTTPCodec: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = ByteBuffer

    /// Larger bodies are written separately instead of being copied.
    private static let copiedBytes = 16 * 1024

    /// Whether the connection is encrypted.
    private let isSecure: Bool
    private var answer = ByteBuffer()

    init(isSecure: Bool) {
        self.isSecure = isSecure
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            do {
                var request = try HTTPRequest(head, secure: isSecure, splitCookie: false)
                // `Connection` is a case-insensitive list, and HTTP/1.0 closes by default. Replaces it with one word: `close`, or
                // `keep-alive` for HTTP/1.0.
                if !head.isKeepAlive {
                    request.headerFields[.connection] = "close"
                } else if head.version == .http1_0 {
                    request.headerFields[.connection] = "keep-alive"
                }
                context.fireChannelRead(wrapInboundOut(.head(request)))
            } catch {
                context.fireErrorCaught(error)
            }
        case .body(let bytes): context.fireChannelRead(wrapInboundOut(.body(bytes)))
        case .end: context.fireChannelRead(wrapInboundOut(.end(nil)))
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            answer = context.channel.allocator.buffer(capacity: 1024)
            write(head)
            promise?.succeed()
        case .body(var bytes):
            if bytes.readableBytes <= Self.copiedBytes {
                answer.writeBuffer(&bytes)
                promise?.succeed()
            } else {
                context.write(wrapOutboundOut(answer), promise: nil)
                answer.clear(minimumCapacity: 0)
                context.write(wrapOutboundOut(bytes), promise: promise)
            }
        case .end:
            context.write(wrapOutboundOut(answer), promise: promise)
            answer = ByteBuffer()
        }
    }

    /// Names and values cannot contain line breaks: HTTPTypes checks them when they are created.
    private func write(_ head: HTTPResponse) {
        answer.writeStaticString("HTTP/1.1 ")
        answer.writeString(String(head.status.code))
        answer.writeInteger(UInt8(ascii: " "))
        answer.writeString(head.status.reasonPhrase)
        answer.writeStaticString("\r\n")
        for field in head.headerFields {
            answer.writeString(field.name.rawName)
            answer.writeStaticString(": ")
            answer.writeString(field.value)
            answer.writeStaticString("\r\n")
        }
        answer.writeStaticString("\r\n")
    }
}
