import ShippyCore
import ShippyHTTPServer
import ShippyTLS

/// The options shared by all listeners of a process.
struct ListenerOptions: Sendable {
    /// The most connections per listener.
    let connections: Int
    let rules: BrowserRules
    let drain: Drain
    /// Nil without TLS.
    let tls: ServerTLS?

    /// - Parameter descriptors: the limit of open files and connections of this process.
    init(_ addresses: Addresses, descriptors: Int, drain: Drain, tls: ServerTLS?) {
        // Leaves a quarter for engines, mails and files.
        connections = max(16, min(4096, descriptors * 3 / 4 / addresses.count))
        rules = addresses.httpRules
        self.drain = drain
        self.tls = tls
    }
}
