import CNats
import Foundation
import ShippyCore
import Synchronization

/// The connection to NATS. libnats restores it automatically once it has been up. If libnats gives it up, a new one is made here,
/// which users see as one more reconnection. After that ``handle`` and ``jetStream`` have changed, and earlier subscriptions are
/// dead.
///
/// libnats gives up a connection when the server ends it with an error that libnats does not know, such as a message that exceeds
/// a limit lowered in the meantime, or when a login is refused twice.
///
/// `@unchecked Sendable`: libnats protects its connections and contexts with its own locks.
final class NATSConnection: @unchecked Sendable {
    /// The results of libnats's callbacks, which run on its threads.
    final class Events: Sendable {
        struct State {
            var reconnects = 0
            var disconnectedAt: ContinuousClock.Instant?
            /// How long the last outage of the connection took.
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

    /// A connection of libnats, and a context for JetStream calls, each of which waits some seconds at most.
    private struct Link: @unchecked Sendable {
        var handle: OpaquePointer
        var jetStream: OpaquePointer
        /// Retained as long as libnats may call back.
        var events: Unmanaged<Events>
    }

    private struct State {
        var link: Link
        /// Links that were given up, but may still be used by a call.
        var past: [Link] = []
        var isClosed = false
    }

    private static let connectLimit: Int64 = 2000
    private static let pingLimit: Int64 = 2000
    /// Large enough to read many messages at once: a replay brings hundreds of megabytes a second.
    private static let bufferSize: Int32 = 256 * 1024

    private let options: NATSOptions
    let events: Events
    private let state: Mutex<State>
    /// Subscriptions that have ended but are not freed yet.
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
        // A hanging server is noticed within some seconds. Reconnection is tried without limit.
        try NATSError.check(natsOptions_SetPingInterval(settings, 2000))
        try NATSError.check(natsOptions_SetMaxPingsOut(settings, 2))
        try NATSError.check(natsOptions_SetMaxReconnect(settings, -1))
        try NATSError.check(natsOptions_SetReconnectWait(settings, 150))
        try NATSError.check(natsOptions_SetReconnectJitter(settings, 150, 150))
        try NATSError.check(natsOptions_SetFailRequestsOnDisconnect(settings, true))
        // Nothing is buffered while the connection is away: an event that has been given up must not be sent when it is back.
        // According to libnats's header 0 means the default of 8 MB, but up to 3.10 the code takes it as it is.
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
        // Otherwise libnats prints errors of subscriptions to standard error. Readers notice them, too.
        try NATSError.check(natsOptions_SetErrorHandler(settings, { _, _, _, _ in }, nil))
        var connection: OpaquePointer?
        try NATSError.check(natsConnection_Connect(&connection, settings))
        return connection!
    }

    /// Tries until the connection is up again or this is closed. Returns at once.
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

    /// The ID of the connected server; nil while there is none.
    var serverID: String? { text { natsConnection_GetConnectedServerId(handle, $0, $1) } }

    /// The URL of the connected server, which may contain a password; nil while there is none.
    var serverURL: String? { text { natsConnection_GetConnectedUrl(handle, $0, $1) } }

    private func text(_ read: (_ buffer: UnsafeMutablePointer<CChar>?, _ size: Int) -> natsStatus) -> String? {
        var buffer = [CChar](repeating: 0, count: 2048)
        guard buffer.withUnsafeMutableBufferPointer({ read($0.baseAddress, $0.count) }) == NATS_OK else { return nil }
        let text = buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        return text.isEmpty ? nil : text
    }

    var maxPayload: Int { Int(natsConnection_GetMaxPayload(handle)) }

    /// A separate context, which the caller must destroy.
    static func makeJetStream(_ connection: OpaquePointer, _ configure: (inout jsOptions) -> Void = { _ in }) throws -> OpaquePointer {
        var options = jsOptions()
        try NATSError.check(jsOptions_Init(&options))
        options.Wait = 3000
        configure(&options)
        var context: OpaquePointer?
        try NATSError.check(natsConnection_JetStream(&context, connection, &options))
        return context!
    }

    /// Ends a subscription and frees it, with any consumer that was made for it.
    ///
    /// libnats's reading thread looks up the subscription of each message without holding on to it. Freeing it at that moment
    /// crashes the process (seen with libnats 3.4.1). So it is freed only when the thread can no longer know it: after the answer
    /// to a ping, which comes after all messages that were on their way.
    func end(_ subscription: OpaquePointer) {
        // Fails if the server no longer knows it, either.
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

    /// - Parameter free: frees their subscriptions, after they are closed and before they are destroyed.
    private static func destroy(_ links: [Link], free: () -> Void = {}) {
        for link in links {
            jsCtx_Destroy(link.jetStream)
            // This also ends the reading thread.
            natsConnection_Close(link.handle)
        }
        free()
        links.forEach { natsConnection_Destroy($0.handle) }
        // A callback that has already begun may still run for a moment.
        DispatchQueue.global().asyncAfter(deadline: .now() + 5) { links.forEach { $0.events.release() } }
    }

    /// Closes the connection. Its subscriptions must not be used afterwards.
    func close() {
        events.state.withLock { $0.onGivenUp = nil }
        let links = state.withLock { state in
            state.isClosed = true
            return state.past + [state.link]
        }
        Self.destroy(links) { Self.free(ended.withLock { $0 }) }
    }
}
