import ShippyCore
import ShippyHTTPServer

/// What the listeners of one process have in common.
struct ListenerOptions: Sendable {
    /// The most connections of each listener.
    let connections: Int
    let rules: BrowserRules
    let drain: Drain

    /// - Parameter descriptors: how many files and connections this process may have open.
    init(_ addresses: Addresses, descriptors: Int, drain: Drain) {
        // The rest is for engines, mails and files.
        connections = max(16, min(4096, descriptors * 3 / 4 / addresses.count))
        rules = addresses.httpRules
        self.drain = drain
    }
}
