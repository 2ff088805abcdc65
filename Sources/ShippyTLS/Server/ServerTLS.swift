package import Logging
import Metrics
package import NIOCore
import NIOSSL
package import ShippyCore
import Synchronization

/// TLS on this process's listeners.
///
/// All connections of a listener share one context. When the files have been renewed, new connections get a new one, and those
/// that are open keep theirs. A renewal that cannot be used changes nothing.
package final class ServerTLS: Sendable {
    private struct Material {
        var contexts: [InnerProtocol: NIOSSLContext]
        var ends: [CertificateEnd]
        /// The names in this process's certificate.
        var names: [String]
    }

    private struct State {
        var material: Material
        /// The files that ``material`` is from, or that could not be used.
        var stamp: FileStamp
        /// The files at the last look, if they have changed since.
        var changed: FileStamp?
        /// When to read files again that could not be used: what was wrong may pass, such as a time that has not come yet.
        var retryAt: ContinuousClock.Instant?
        /// The last warning that a certificate ends soon.
        var warnedAt: Timestamp?
    }

    private static let retryInterval = Duration.seconds(60)

    /// How long a client may take for the handshake.
    package static let handshakeTime = TimeAmount.seconds(10)
    /// How long a closed connection waits for the client's farewell.
    private static let shutdownTime = TimeAmount.milliseconds(500)
    private static let warningInterval = Duration.seconds(86_400)

    package let requiresClientCertificate: Bool
    let handshakeTime: TimeAmount
    /// The time at which clients' certificates must be valid.
    let clock: @Sendable () -> Timestamp
    private let files: TLSFiles
    private let keyPair: TLSFiles.KeyPair
    private let logger: Logger
    private let state: Mutex<State>
    private let refusals = RefusalLog()

    /// Reads the files, and may block.
    /// - Parameters:
    ///   - now: the time at which the server's certificates must be valid.
    ///   - clock: the time at which clients' certificates must be valid.
    /// - Throws: ``ShippyError`` for a file that cannot be used, with its name and what to do.
    /// - Precondition: there is a key pair.
    package init(
        _ files: TLSFiles, handshakeTime: TimeAmount = ServerTLS.handshakeTime, now: Timestamp = .now,
        clock: @escaping @Sendable () -> Timestamp = { .now }, logger: Logger
    ) throws {
        guard let keyPair = files.keyPair else { preconditionFailure("a server needs a certificate") }
        self.files = files
        self.keyPair = keyPair
        self.handshakeTime = handshakeTime
        self.clock = clock
        self.logger = logger
        requiresClientCertificate = files.clientAuthority != nil
        // Before reading: a change meanwhile is then noticed.
        let stamp = FileStamp(Self.paths(files))
        state = Mutex(State(material: try Self.load(files, keyPair, now: now), stamp: stamp))
    }

    /// How this process's instances are registered, see ``Instance/tlsMark``.
    package var mark: String { requiresClientCertificate ? "mutual" : "server" }

    /// When the certificates in use end. The first is this process's own.
    package var ends: [CertificateEnd] { state.withLock { $0.material.ends } }

    /// The names in the certificate in use. DNS names are in lower case.
    package var names: [String] { state.withLock { $0.material.names } }

    /// Encrypts a connection. Must be called on its event loop, before other handlers are added.
    ///
    /// The handlers after these get ``TLSEstablished`` before the first bytes.
    package func secure(_ channel: any Channel, for inner: InnerProtocol) throws {
        let context = state.withLock { $0.material.contexts[inner]! }
        let handler = NIOSSLServerHandler(context: context)
        let handshake = ServerHandshake(self, handler, inner)
        let pipeline = channel.pipeline.syncOperations
        if inner == .http { try pipeline.addHandler(PlainTextRefusal(handshake)) }
        try pipeline.addHandlers([handler, handshake])
    }

    func describe(_ error: any Error, peer: NIOSSLCertificate?) -> HandshakeFailure {
        HandshakeFailure(
            error, peer: peer, authorities: "the authorities in \(files.clientAuthority ?? "--tls-client-ca")", host: nil,
            leastVersion: files.leastVersion)
    }

    func refused(_ failure: HandshakeFailure, from address: SocketAddress?) {
        Counter(.handshakesRefused, [("reason", failure.kind.rawValue)]).increment()
        let metadata: Logger.Metadata = [
            LogKey.address: "\(address?.ipAddress ?? "unknown")", LogKey.reason: "\(failure.reason)",
        ]
        // Port scanners and health checks do this.
        guard failure.kind != .left else { return logger.debug("TLS connection refused", metadata: metadata) }
        refusals.log("TLS connection refused", at: .notice, to: logger, metadata)
    }

    // MARK: Renewal

    /// Reads the files again if they have changed, and may block. Warns once a day of a certificate that ends soon.
    ///
    /// Two calls must find the same change: the files are often written one after the other. Files that cannot be used are read again
    /// once a minute.
    /// - Parameters:
    ///   - instant: the time of this call.
    ///   - now: the same by the wall clock, for the times in certificates.
    package func refresh(at instant: ContinuousClock.Instant = .now, now: Timestamp = .now) {
        readChanges(at: instant)
        warnOfEnds(at: now)
    }

    private func readChanges(at instant: ContinuousClock.Instant) {
        let now = FileStamp(Self.paths(files))
        let (isDue, isFirst) = state.withLock { state in
            guard now != state.stamp else {
                state.changed = nil
                guard let retryAt = state.retryAt, retryAt <= instant else { return (false, false) }
                state.retryAt = instant + Self.retryInterval
                return (true, false)
            }
            guard now == state.changed else {
                state.changed = now
                return (false, false)
            }
            state.stamp = now
            state.retryAt = instant + Self.retryInterval
            return (true, true)
        }
        guard isDue else { return }
        do {
            let material = try Self.load(files, keyPair, now: .now)
            state.withLock { ($0.material, $0.retryAt, $0.warnedAt) = (material, nil, nil) }
            let end = material.ends.first?.notAfter.inSeconds ?? ""
            logger.notice("certificates renewed", metadata: [LogKey.file: "\(keyPair.certificate)", LogKey.notAfter: "\(end)"])
        } catch {
            guard isFirst else { return }
            logger.warning(
                "renewed certificates cannot be used, keeping the old ones", metadata: [LogKey.error: "\(ShippyError.reason(of: error))"])
        }
    }

    private func warnOfEnds(at now: Timestamp) {
        let ends = state.withLock { state in
            let ends = state.material.ends.filter { now >= $0.soon }
            guard !ends.isEmpty, state.warnedAt.map({ now - $0 >= Self.warningInterval }) ?? true else { return [CertificateEnd]() }
            state.warnedAt = now
            return ends
        }
        for end in ends {
            logger.warning(
                now > end.notAfter ? "certificate has expired: renew it" : "certificate ends soon: renew it",
                metadata: [LogKey.file: "\(end.file)", LogKey.notAfter: "\(end.notAfter.inSeconds)"])
        }
    }

    private static func paths(_ files: TLSFiles) -> [String] {
        [files.keyPair?.certificate, files.keyPair?.key, files.clientAuthority].compactMap { $0 }
    }

    private static func load(_ files: TLSFiles, _ keyPair: TLSFiles.KeyPair, now: Timestamp) throws -> Material {
        let loaded = try LoadedKeyPair(keyPair, now: now)
        var ends = [
            CertificateEnd(
                setting: "tls-cert", file: keyPair.certificate, notBefore: loaded.leaf.notBefore, notAfter: loaded.leaf.notAfter)
        ]
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: loaded.chain.map { .certificate($0) }, privateKey: .privateKey(loaded.key))
        configuration.minimumTLSVersion = files.leastVersion.version
        configuration.shutdownTimeout = shutdownTime
        if let path = files.clientAuthority {
            let authorities = try Authorities(path, now: now)
            ends.append(CertificateEnd(setting: "tls-client-ca", file: path, notAfter: authorities.notAfter))
            configuration.trustRoots = .certificates(authorities.certificates)
            // A client's certificate names no host.
            configuration.certificateVerification = .noHostnameVerification
            configuration.sendCANameList = true
        }
        var contexts: [InnerProtocol: NIOSSLContext] = [:]
        for inner in InnerProtocol.allCases {
            configuration.applicationProtocols = [inner.rawValue]
            do {
                contexts[inner] = try NIOSSLContext(configuration: configuration)
            } catch {
                throw ShippyError(
                    .usage,
                    "cannot use the certificate in \(keyPair.certificate) with the private key in \(keyPair.key): check that they belong together")
            }
        }
        return Material(contexts: contexts, ends: ends, names: loaded.leaf.names)
    }
}

extension LeastTLSVersion {
    var version: TLSVersion {
        switch self {
        case .v12: .tlsv12
        case .v13: .tlsv13
        }
    }
}
