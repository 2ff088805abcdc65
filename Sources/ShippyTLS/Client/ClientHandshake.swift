import NIOCore
import NIOSSL
import NIOTLS
import ShippyCore

/// Watches the handshake with a server, and reports its outcome. Confined to its event loop.
///
/// In TLS 1.3, a server checks the client's certificate after the client's handshake is complete, so a refusal may follow. The
/// connection counts as made when the server has sent its first bytes.
final class ClientHandshake: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let tls: ClientTLS
    private let handler: NIOSSLClientHandler
    private let host: String
    private let inner: InnerProtocol
    private let onOutcome: @Sendable (String?) -> Void
    private var isEstablished = false
    private var hasRead = false
    private var isOver = false

    init(
        _ tls: ClientTLS, _ handler: NIOSSLClientHandler, host: String, _ inner: InnerProtocol,
        onOutcome: @escaping @Sendable (String?) -> Void
    ) {
        self.tls = tls
        self.handler = handler
        self.host = host
        self.inner = inner
        self.onOutcome = onOutcome
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted(let negotiated) = event as? TLSUserEvent {
            isEstablished = true
            if inner.isRequired, negotiated != inner.rawValue {
                fail(inner == .grpc ? "it does not speak gRPC: is it the port for HTTP?" : "it does not speak \(inner.rawValue) over TLS")
                context.close(promise: nil)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !hasRead, !isOver { onOutcome(nil) }
        hasRead = true
        if !isOver { context.fireChannelRead(data) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let failure = tls.describe(error, peer: handler.peerCertificate, host: host)
        // Later, only an alert says something about TLS itself.
        if !isEstablished || (!hasRead && failure.kind == .refusedByPeer) { fail(failure.reason) }
        context.fireErrorCaught(error)
    }

    private func fail(_ reason: String) {
        guard !isOver else { return }
        isOver = true
        onOutcome(reason)
    }
}
