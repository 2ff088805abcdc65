enum ConstantTime {
    /// Whether two byte strings are equal, in a time that depends only on their lengths.
    static func isEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0 as UInt8) { difference, bytes in difference | (bytes.0 ^ bytes.1) } == 0
    }
}
