/// A short key for an event ID, so that a million of them fit into memory: a 128-bit hash, keyed with a secret of this process.
package struct EventIDKey: Hashable, Sendable {
    private let hash: UInt128

    package init(_ id: String) {
        func half(_ which: UInt8) -> UInt128 {
            var hasher = Hasher()
            hasher.combine(which)
            hasher.combine(id)
            return UInt128(UInt64(bitPattern: Int64(hasher.finalize())))
        }
        hash = half(0) << 64 | half(1)
    }
}
