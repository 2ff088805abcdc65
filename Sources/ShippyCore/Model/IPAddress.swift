import Glibc

/// An IPv4 or IPv6 address, without a port or a zone.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    package enum Family: Hashable, Sendable { case v4, v6 }

    package let family: Family
    /// The first 64 bits of an IPv6 address; 0 for IPv4.
    package let high: UInt64
    /// The last 64 bits of an IPv6 address, or the 32 bits of IPv4.
    package let low: UInt64

    private init(_ family: Family, high: UInt64 = 0, low: UInt64) {
        self.family = family
        self.high = high
        self.low = low
    }

    /// - Returns: nil if the text is not an address, as inet_pton(3) reads them.
    package init?(_ text: some StringProtocol) {
        // C would end the text there.
        guard !text.utf8.contains(0) else { return nil }
        let parsed: IPAddress? = text.withCString { text in
            var v4 = in_addr()
            if inet_pton(AF_INET, text, &v4) == 1 { return IPAddress(.v4, low: UInt64(UInt32(bigEndian: v4.s_addr))) }
            var v6 = in6_addr()
            guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
            return withUnsafeBytes(of: v6) { IPAddress(v6: $0) }
        }
        guard let parsed else { return nil }
        self = parsed
    }

    /// - Parameter bytes: most significant first, as in a certificate.
    /// - Returns: nil unless there are 4 or 16.
    package init?(bytes: [UInt8]) {
        switch bytes.count {
        case 4: self.init(.v4, low: bytes.reduce(0) { $0 << 8 | UInt64($1) })
        case 16: self = bytes.withUnsafeBytes { IPAddress(v6: $0) }
        default: return nil
        }
    }

    private init(v6 bytes: UnsafeRawBufferPointer) {
        self.init(
            .v6, high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }

    /// Most significant first: 4 of IPv4, 16 of IPv6.
    package var bytes: [UInt8] {
        func bytes(_ value: UInt64) -> [UInt8] { withUnsafeBytes(of: value.bigEndian, Array.init) }
        return family == .v4 ? Array(bytes(low).suffix(4)) : bytes(high) + bytes(low)
    }

    /// The IPv4 address that an IPv6 address such as `::ffff:192.0.2.1` stands for; every other address itself.
    package var unmapped: IPAddress {
        family == .v6 && high == 0 && low >> 32 == 0xffff ? IPAddress(.v4, low: low & 0xffff_ffff) : self
    }

    /// Whether only this machine can reach it: 127.0.0.0/8 or `::1`.
    package var isLoopback: Bool {
        family == .v4 ? low >> 24 == 127 : high == 0 && low == 1
    }

    /// The shortest form (RFC 5952).
    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(family == .v4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
