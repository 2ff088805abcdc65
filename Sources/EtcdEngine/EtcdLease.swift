/// The numbers of our leases, which we choose ourselves: by its lease everyone knows a key of shippy from one that a go-kit
/// program wrote under the same prefix.
enum EtcdLease {
    /// "shp", in the upper bits.
    private static let mark: Int64 = 0x73_6870
    private static let randomBits: Int64 = 39
    /// Seconds: etcd grants no more.
    static let longest: Int64 = 9_000_000_000

    static func next() -> Int64 { mark << randomBits | Int64.random(in: 1..<(1 << randomBits)) }

    static func isOurs(_ id: Int64) -> Bool { id >> randomBits == mark }
}
