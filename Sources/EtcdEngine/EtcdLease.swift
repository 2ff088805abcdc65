/// The IDs of our leases. We choose them ourselves, so that a shippy key can be told by its lease from one that a go-kit program
/// wrote under the same prefix.
enum EtcdLease {
    /// "shp", in the upper bits.
    private static let mark: Int64 = 0x73_6870
    private static let randomBits: Int64 = 39
    /// The longest lease that etcd grants, in seconds.
    static let longest: Int64 = 9_000_000_000

    static func next() -> Int64 { mark << randomBits | Int64.random(in: 1..<(1 << randomBits)) }

    static func isOurs(_ id: Int64) -> Bool { id >> randomBits == mark }
}
