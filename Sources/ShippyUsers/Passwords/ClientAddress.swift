import ShippyCore

/// The network address of a client, as far as one client cannot change it at will.
///
/// An IPv6 address counts by its first 64 bits, because whoever has one has the other 2^64 of its network, too. An IPv4 address in
/// IPv6 notation (`::ffff:192.0.2.1`) is the IPv4 address.
package struct ClientAddress: Hashable, Sendable {
    private enum Kind: UInt8 { case v4, v6, network }

    private var kind: Kind
    private var bits: UInt64

    /// - Parameter text: an IP address without a port; an IPv6 address may have a zone (`fe80::1%eth0`).
    /// - Returns: nil for anything else, such as the path of a socket.
    package init?(_ text: String) {
        guard let address = IPAddress(text.prefix { $0 != "%" })?.unmapped else { return nil }
        switch address.family {
        case .v4: self.init(kind: .v4, bits: address.low)
        case .v6: self.init(kind: .v6, bits: address.high)
        }
    }

    private init(kind: Kind, bits: UInt64) {
        self.kind = kind
        self.bits = bits
    }

    /// What one customer of a provider may have: an IPv4 address, or the first 48 bits of an IPv6 address.
    package var network: ClientAddress { kind == .v6 ? ClientAddress(kind: .network, bits: bits >> 16) : self }
}
