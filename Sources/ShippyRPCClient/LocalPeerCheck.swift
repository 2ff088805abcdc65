import Glibc
import NIOCore
import NIOPosix
import ShippyCore

/// Sends and reads nothing on a connection until it is known that a process of a trusted user has accepted it, and closes it
/// otherwise. Confined to its event loop.
final class LocalPeerCheck: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    typealias Finder = @Sendable (_ server: LocalPeer.End, _ client: LocalPeer.End) -> LocalPeer

    /// How long the other side may take to accept the connection.
    private static let patience = TimeAmount.seconds(2)

    private let trusted: Set<uid_t>
    private let find: Finder
    private let onOutcome: @Sendable (ShippyError?) -> Void
    private var isDecided = false
    private var holdsRead = false
    private var holdsFlush = false
    private var looks: Int64 = 0
    private var isLate = false
    private var deadline: Scheduled<Void>?

    /// - Parameter onOutcome: called once, with nil if the connection is used; otherwise with the reason, a clause about the other
    ///   side: `.denied` for one that is not trusted, `.unavailable` for one that did not accept.
    init(trusted: Set<uid_t>, find: @escaping Finder = LocalPeer.find, onOutcome: @escaping @Sendable (ShippyError?) -> Void) {
        self.trusted = trusted
        self.find = find
        self.onOutcome = onOutcome
    }

    func channelActive(context: ChannelHandlerContext) {
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: Self.patience) { bound.value.isLate = true }
        look(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        decide(ShippyError(.unavailable, "it closed the connection"))
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        isDecided = true
        deadline?.cancel()
    }

    func read(context: ChannelHandlerContext) {
        if isDecided { return context.read() }
        holdsRead = true
    }

    /// What comes before the decision was not asked for: the other side is closing the connection.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isDecided { context.fireChannelRead(data) }
    }

    /// Without it, what is written stays in this process.
    func flush(context: ChannelHandlerContext) {
        if isDecided { return context.flush() }
        holdsFlush = true
    }

    /// Reading the system's tables may take milliseconds, so it is done on a thread of its own.
    private func look(_ context: ChannelHandlerContext) {
        guard !isDecided else { return }
        guard let server = LocalPeer.End(context.channel.remoteAddress), let client = LocalPeer.End(context.channel.localAddress) else {
            return refuse(Self.unknown, context)
        }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        NIOThreadPool.singleton.runIfActive(eventLoop: context.eventLoop) { [find] in find(server, client) }.whenComplete { result in
            let (check, context) = bound.value
            check.judge((try? result.get()) ?? .unknown, context)
        }
    }

    private func judge(_ peer: LocalPeer, _ context: ChannelHandlerContext) {
        guard !isDecided else { return }
        switch peer {
        case .users(let users):
            if let stranger = users.subtracting(trusted).min() { return refuse(Self.stranger(stranger), context) }
            pass(context)
        case .notAccepted where isLate:
            refuse(ShippyError(.unavailable, "it did not accept the connection within \(Self.patience.nanoseconds / 1_000_000_000) s"), context)
        case .unknown where isLate: refuse(Self.unknown, context)
        // A connection that is just being accepted may be in none of the tables for a moment.
        case .notAccepted, .unknown: lookAgain(context)
        }
    }

    private func lookAgain(_ context: ChannelHandlerContext) {
        let pause = TimeAmount.milliseconds(min(1 << min(looks, 6), 50))
        looks += 1
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: pause) {
            let (check, context) = bound.value
            check.look(context)
        }
    }

    private func pass(_ context: ChannelHandlerContext) {
        decide(nil)
        if holdsFlush { context.flush() }
        if holdsRead { context.read() }
    }

    private func refuse(_ reason: ShippyError, _ context: ChannelHandlerContext) {
        decide(reason)
        // What is held is dropped with the connection: closing does not flush.
        context.close(promise: nil)
    }

    private func decide(_ failure: ShippyError?) {
        guard !isDecided else { return }
        isDecided = true
        deadline?.cancel()
        onOutcome(failure)
    }

    private static func stranger(_ user: uid_t) -> ShippyError {
        ShippyError(
            .denied,
            "this address is not this installation's: a process of \(SystemUser.name(of: user).visiblyEscaped(limit: 80)) answers there, so it got no password and no token; stop that process, or, if it is your service, give it a certificate with --tls-cert"
        )
    }

    private static let unknown = ShippyError(
        .denied,
        "the system does not show whose process answers there, so it got no password and no token; give the service a certificate with --tls-cert"
    )
}

extension LocalPeer.End {
    /// - Returns: nil if there is none, as on a closed connection, or if it is not an IP address.
    fileprivate init?(_ address: SocketAddress?) {
        guard let address, let ip = address.ipAddress.flatMap(IPAddress.init), let port = address.port else { return nil }
        self.init(address: ip, port: port)
    }
}
