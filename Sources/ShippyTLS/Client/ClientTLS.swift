package import NIOCore
import NIOPosix
import NIOSSL
package import ShippyCore
import Synchronization

/// TLS on this process's connections to services: the name and the authority of their certificates are always checked.
///
/// The registry says which instances speak TLS, and whoever can write to it could leave that out. So ``PlainTextRule`` decides
/// when an instance may be called without TLS.
///
/// The files are read for the first connection, and again when they have changed.
package final class ClientTLS: Sendable {
    private struct Loaded {
        var contexts: [InnerProtocol: NIOSSLContext]
        var stamp: FileStamp
    }

    private static let shutdownTime = TimeAmount.milliseconds(500)

    private let files: TLSFiles
    private let plainText: PlainTextRule
    private let loaded = Mutex<Loaded?>(nil)

    package init(_ files: TLSFiles = TLSFiles(), plainText: PlainTextRule = .allowed) {
        self.files = files
        self.plainText = plainText
    }

    /// Whether to call an instance over TLS.
    /// - Throws: ``ShippyError`` `.denied` if the instance speaks no TLS, and may not be called without.
    package func isUsed(for instance: Instance) throws -> Bool {
        if instance.claimsTLS { return true }
        switch plainText {
        case .allowed: return false
        case .onLoopback where (try? HostPort(instance.address))?.isLoopback == true: return false
        case .onLoopback, .never:
            throw ShippyError(
                .denied,
                "\(instance.service) at \(instance.address.visiblyEscaped(limit: 200)) is registered without TLS, and --tls-ca or --tls-cert is set: start it with --tls-cert and --tls-key, or leave out --tls-ca and --tls-cert"
            )
        }
    }

    /// Encrypts a connection that is not open yet, before all handlers that it has.
    ///
    /// - Parameters:
    ///   - host: the name or address that the server's certificate must have.
    ///   - onOutcome: called with nil when the server's first bytes have come, and with the reason when the connection cannot be
    ///     made or is refused.
    package func secure(
        _ channel: any Channel, for inner: InnerProtocol, host: String, onOutcome: @escaping @Sendable (_ reason: String?) -> Void
    ) -> EventLoopFuture<Void> {
        NIOThreadPool.singleton.runIfActive(eventLoop: channel.eventLoop) { [self] in try context(for: inner) }.flatMapThrowing { [self] context in
            // An address has no place in the server name extension. Its certificate is compared with the connection's address.
            let name = IPAddress(host) == nil ? host : nil
            let handler = try NIOSSLClientHandler(context: context, serverHostname: name)
            let handshake = ClientHandshake(self, handler, host: host, inner, onOutcome: onOutcome)
            try channel.pipeline.syncOperations.addHandlers([handler, handshake], position: .first)
        }.flatMapErrorThrowing { error in
            onOutcome(ShippyError.reason(of: error))
            throw error
        }
    }

    func describe(_ error: any Error, peer: NIOSSLCertificate?, host: String) -> HandshakeFailure {
        let authorities = files.authority.map { "the authorities in \($0)" } ?? "the system's authorities: set --tls-ca to trust it"
        return HandshakeFailure(error, peer: peer, authorities: authorities, host: host, leastVersion: files.leastVersion)
    }

    /// Blocks while it reads files.
    private func context(for inner: InnerProtocol) throws -> NIOSSLContext {
        let stamp = FileStamp([files.keyPair?.certificate, files.keyPair?.key, files.authority].compactMap { $0 })
        let known = loaded.withLock { $0 }
        let isSame = known?.stamp == stamp
        if isSame, let context = known?.contexts[inner] { return context }
        do {
            let context = try load(inner)
            loaded.withLock { $0 = Loaded(contexts: (isSame ? known?.contexts ?? [:] : [:]).merging([inner: context]) { $1 }, stamp: stamp) }
            return context
        } catch {
            // In the middle of a renewal, the old files still count.
            guard let context = known?.contexts[inner] else { throw error }
            return context
        }
    }

    private func load(_ inner: InnerProtocol) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = files.leastVersion.version
        configuration.shutdownTimeout = Self.shutdownTime
        configuration.applicationProtocols = [inner.rawValue]
        if let path = files.authority { configuration.trustRoots = .certificates(try Authorities(path).certificates) }
        if let keyPair = files.keyPair {
            let loaded = try LoadedKeyPair(keyPair)
            configuration.certificateChain = loaded.chain.map { .certificate($0) }
            configuration.privateKey = .privateKey(loaded.key)
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw ShippyError(.usage, "cannot use --tls-cert with --tls-key: check that they belong together")
        }
    }
}
