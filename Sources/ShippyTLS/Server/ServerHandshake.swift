import NIOCore
import NIOSSL
import NIOTLS
import ShippyCore

/// Watches a client's handshake: gives it a deadline, checks its outcome, and tells the reason for a refusal. Confined to its event
/// loop.
final class ServerHandshake: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private enum State {
        case pending, established, refused
    }

    private let tls: ServerTLS
    private let handler: NIOSSLServerHandler
    private let inner: InnerProtocol
    private var state = State.pending
    private var deadline: Scheduled<Void>?

    init(_ tls: ServerTLS, _ handler: NIOSSLServerHandler, _ inner: InnerProtocol) {
        self.tls = tls
        self.handler = handler
        self.inner = inner
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: tls.handshakeTime) {
            let (handshake, context) = bound.value
            handshake.refuse(HandshakeFailure(.left, "it did not complete the TLS handshake in time"), context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if state == .established { context.fireChannelRead(data) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted(let negotiated) = event as? TLSUserEvent { complete(negotiated, context) }
        context.fireUserInboundEventTriggered(event)
    }

    private func complete(_ negotiated: String?, _ context: ChannelHandlerContext) {
        guard state == .pending else { return }
        if inner.isRequired, negotiated != inner.rawValue {
            return refuse(HandshakeFailure(.other, "it did not negotiate \(inner.rawValue) (ALPN)"), context)
        }
        var peer: PeerCertificate?
        if tls.requiresClientCertificate {
            // BoringSSL has verified it, but for a session that is resumed, it did so when the session began.
            guard let facts = handler.peerCertificate.flatMap(CertificateFacts.init) else {
                return refuse(HandshakeFailure(.certificate, "its certificate cannot be parsed"), context)
            }
            if let fault = HandshakeFailure.faultOfTimes(facts, at: tls.clock()) {
                return refuse(HandshakeFailure(.certificate, fault), context)
            }
            peer = PeerCertificate(subject: facts.subject, commonName: facts.commonName, names: facts.names, notAfter: facts.notAfter)
        }
        deadline?.cancel()
        state = .established
        context.fireUserInboundEventTriggered(TLSEstablished(peer: peer))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch state {
        case .pending:
            // The TLS handler closes the connection.
            report(tls.describe(error, peer: handler.peerCertificate), context)
        case .established:
            // The client closed the connection without a farewell. What it has sent is whole or not by its own framing.
            if error as? NIOSSLError != .uncleanShutdown { context.fireErrorCaught(error) }
        case .refused: break
        }
    }

    private func refuse(_ failure: HandshakeFailure, _ context: ChannelHandlerContext) {
        guard state == .pending else { return }
        report(failure, context)
        context.close(promise: nil)
    }

    /// Counts and logs a refusal. Later errors on the connection say nothing new.
    func report(_ failure: HandshakeFailure, _ context: ChannelHandlerContext) {
        state = .refused
        deadline?.cancel()
        tls.refused(failure, from: context.remoteAddress)
    }
}
