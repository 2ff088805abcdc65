import CNats
import Foundation
import ShippyCore
import Synchronization

/// The connection to NATS. libnats keeps it up by itself once it stood; what libnats gives up is made anew here, so that to
/// whoever uses it that is one more reconnection. Then ``handle`` and ``jetStream`` are others, and subscriptions of before are dead.
///
/// libnats gives a connection up when the server ends it with an error that libnats does not know, such as a message that is
/// too large by a limit that has been lowered, or when a login is refused twice.
///
/// `@unchecked Sendable`: libnats guards its connections and contexts by locks of its own.
final class NATSConnection: @unchecked Sendable {
    /// What the callbacks of libnats, which come on its threads, leave behind.
    final class Events: Sendable {
        struct State {
            var reconnects = 0
            var disconnectedAt: ContinuousClock.Instant?
            /// How long the connection was away the last time.
            var lastAway: Duration = .zero
            /// Called when libnats has given the connection up.
            var onGivenUp: (@Sendable () -> Void)?
        }

        let state = Mutex(State())

        func isBack() {
            state.withLock { state in
                state.reconnects += 1
                state.lastAway = state.disconnectedAt.map { $0.duration(to: .now) } ?? .zero
                state.disconnectedAt = nil
            }
        }
    }

    /// A connection of libnats, and the context for calls to JetStream, of which each waits some seconds at most.
    private struct Link: @unchecked Sendable {
        var handle: OpaquePointer
        var jetStream: OpaquePointer
        /// Held as long as libnats may call back.
        var events: Unmanaged<Events>
    }

    private struct State {
        var link: Link
        /// What was given up, and may still be in use by a call.
        var past: [Link] = []
        var isClosed = false
    }

    private static let connectLimit: Int64 = 2000
    private static let pingLimit: Int64 = 2000
    /// Many messages with one read: a replay brings hundreds of megabytes a second.
    private static let bufferSize: Int32 = 256 * 1024

    private let options: NATSOptions
    let events: Events
    private let state: Mutex<State>
    /// Subscriptions that are over, but not freed.
    private let ended = Mutex<[UInt]>([])

    /// - Throws: ``NATSError``.
    init(_ options: NATSOptions) throws {
        self.options = options
        events = Events()
        state = Mutex(State(link: try Self.connect(options, events)))
        events.state.withLock { $0.onGivenUp = { [weak self] in self?.makeAnew() } }
    }

    private static func connect(_ options: NATSOptions, _ events: Events) throws -> Link {
        let retained = Unmanaged.passRetained(events)
        do {
            let handle = try connect(options, retained.toOpaque())
            do {
                return Link(handle: handle, jetStream: try makeJetStream(handle), events: retained)
            } catch {
                natsConnection_Destroy(handle)
                throw error
            }
        } catch {
            retained.release()
            throw error
        }
    }

    /// - Parameter context: the ``Events``.
    private static func connect(_ options: NATSOptions, _ context: UnsafeMutableRawPointer) throws -> OpaquePointer {
        var settings: OpaquePointer?
        try NATSError.check(natsOptions_Create(&settings))
        defer { natsOptions_Destroy(settings) }
        let strings = CStrings()
        try NATSError.check(natsOptions_SetServers(settings, strings.list(options.servers), Int32(options.servers.count)))
        try NATSError.check(natsOptions_SetName(settings, "shippy"))
        try NATSError.check(natsOptions_SetTimeout(settings, connectLimit))
        try NATSError.check(natsOptions_SetIOBufSize(settings, bufferSize))
        // A server that hangs is noticed within some seconds, and one that is away is looked for as long as it takes.
        try NATSError.check(natsOptions_SetPingInterval(settings, 2000))
        try NATSError.check(natsOptions_SetMaxPingsOut(settings, 2))
        try NATSError.check(natsOptions_SetMaxReconnect(settings, -1))
        try NATSError.check(natsOptions_SetReconnectWait(settings, 150))
        try NATSError.check(natsOptions_SetReconnectJitter(settings, 150, 150))
        try NATSError.check(natsOptions_SetFailRequestsOnDisconnect(settings, true))
        // Nothing is kept for later while the connection is away: an event that has been given up must not come out when it is
        // back. libnats' header calls 0 the default of 8 MB; up to 3.10 the code takes it as it is.
        try NATSError.check(natsOptions_SetReconnectBufSize(settings, 0))
        if let file = options.credentialsFile { try NATSError.check(natsOptions_SetUserCredentialsFromFiles(settings, file, nil)) }
        if options.servers.contains(where: { $0.hasPrefix("tls://") }) { try NATSError.check(natsOptions_SetSecure(settings, true)) }
        if let file = options.caFile { try NATSError.check(natsOptions_LoadCATrustedCertificates(settings, file)) }
        if let certificate = options.certificateFile, let key = options.keyFile {
            try NATSError.check(natsOptions_LoadCertificatesChain(settings, certificate, key))
        }
        try NATSError.check(
            natsOptions_SetDisconnectedCB(
                settings,
                { _, context in
                    Unmanaged<Events>.fromOpaque(context!).takeUnretainedValue().state.withLock { $0.disconnectedAt = .now }
                }, context))
        try NATSError.check(
            natsOptions_SetReconnectedCB(settings, { _, context in Unmanaged<Events>.fromOpaque(context!).takeUnretainedValue().isBack() }, context))
        try NATSError.check(
            natsOptions_SetClosedCB(
                settings,
                { _, context in
                    let onGivenUp = Unmanaged<Events>.fromOpaque(context!).takeUnretainedValue().state.withLock { $0.onGivenUp }
                    onGivenUp?()
                }, context))
        // libnats prints errors of subscriptions to standard error by itself otherwise; whoever reads notices them, too.
        try NATSError.check(natsOptions_SetErrorHandler(settings, { _, _, _, _ in }, nil))
        var connection: OpaquePointer?
        try NATSError.check(natsConnection_Connect(&connection, settings))
        return connection!
    }

    /// Tries until it stands again, or is not wanted any more. Returns at once.
    private func makeAnew() {
        Thread.detachNewThread { [self] in
            var outage = Outage(base: .milliseconds(200), cap: .seconds(2))
            while !state.withLock({ $0.isClosed }) {
                if let link = try? Self.connect(options, events) {
                    replace(with: link)
                    break
                }
                outage.fail()
                nats_Sleep(outage.pause.milliseconds)
            }
            nats_ReleaseThreadMemory()
        }
    }

    private func replace(with link: Link) {
        let isWanted = state.withLock { state in
            guard !state.isClosed else { return false }
            state.past.append(state.link)
            state.link = link
            return true
        }
        if isWanted { events.isBack() } else { Self.destroy([link]) }
    }

    var handle: OpaquePointer { state.withLock { $0.link }.handle }

    var jetStream: OpaquePointer { state.withLock { $0.link }.jetStream }

    var isConnected: Bool { natsConnection_Status(handle) == NATS_CONN_STATUS_CONNECTED }

    var maxPayload: Int { Int(natsConnection_GetMaxPayload(handle)) }

    /// A context of one's own, to be destroyed by whoever asked for it.
    static func makeJetStream(_ connection: OpaquePointer, _ configure: (inout jsOptions) -> Void = { _ in }) throws -> OpaquePointer {
        var options = jsOptions()
        try NATSError.check(jsOptions_Init(&options))
        options.Wait = 3000
        configure(&options)
        var context: OpaquePointer?
        try NATSError.check(natsConnection_JetStream(&context, connection, &options))
        return context!
    }

    /// Ends a subscription and frees it, and a consumer that was made for it.
    ///
    /// libnats' reading thread looks a subscription up for each message and does not hold on to it; one that is freed at that
    /// moment ends the process (seen with libnats 3.4.1). So it is freed only when the thread can no longer know it: after
    /// the answer to a ping, which comes behind all messages that were on their way.
    func end(_ subscription: OpaquePointer) {
        // Fails where the server does not know it any more either.
        natsSubscription_Unsubscribe(subscription)
        let subscriptions = ended.withLock { ended in
            defer { ended = [] }
            return ended + [UInt(bitPattern: subscription)]
        }
        guard natsConnection_FlushTimeout(handle, Self.pingLimit) == NATS_OK else {
            // They are freed with the next one, or with the connection.
            return ended.withLock { $0 += subscriptions }
        }
        Self.free(subscriptions)
    }

    private static func free(_ subscriptions: [UInt]) {
        for subscription in subscriptions { natsSubscription_Destroy(OpaquePointer(bitPattern: subscription)) }
    }

    /// - Parameter free: frees what belongs to them, between their end and their destruction.
    private static func destroy(_ links: [Link], free: () -> Void = {}) {
        for link in links {
            jsCtx_Destroy(link.jetStream)
            // With it ends the thread that reads.
            natsConnection_Close(link.handle)
        }
        free()
        links.forEach { natsConnection_Destroy($0.handle) }
        // A callback that libnats had begun may still run for a moment.
        DispatchQueue.global().asyncAfter(deadline: .now() + 5) { links.forEach { $0.events.release() } }
    }

    /// Closes it. No subscription of it may be used afterwards.
    func close() {
        events.state.withLock { $0.onGivenUp = nil }
        let links = state.withLock { state in
            state.isClosed = true
            return state.past + [state.link]
        }
        Self.destroy(links) { Self.free(ended.withLock { $0 }) }
    }
}
