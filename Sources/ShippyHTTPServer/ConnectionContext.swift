package import Hummingbird
package import NIOCore
package import ShippyCore

/// A request context with the request's connection.
package struct ConnectionContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    package let channel: any Channel
    /// The caller's certificate, if the port requires one.
    package var peerCertificate: PeerCertificate?

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
