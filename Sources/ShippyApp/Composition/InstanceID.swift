enum InstanceID {
    /// A unique ID such as `users-3f9a1c2b7d5e8a06`.
    static func make(service: String) -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return "\(service)-\(String(repeating: "0", count: 16 - digits.count))\(digits)"
    }
}
