/// Sizes as people write them: `512MiB`, `4GiB`, `4 GiB`; a bare number is bytes.
package enum ByteCountText {
    private static let units: [(name: String, bytes: Int64)] = [
        ("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40), ("PiB", 1 << 50),
    ]

    package static func parse(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let number = Int64(digits) else { return nil }
        guard !unit.isEmpty else { return number }
        guard let factor = units.first(where: { $0.name.lowercased() == unit.lowercased() })?.bytes else { return nil }
        let (bytes, overflows) = number.multipliedReportingOverflow(by: factor)
        return overflows ? nil : bytes
    }

    /// The size in the largest unit that divides it: `4GiB`.
    package static func describe(_ bytes: Int64) -> String {
        let unit = units.last { bytes % $0.bytes == 0 && bytes >= $0.bytes } ?? units[0]
        return "\(bytes / unit.bytes)\(unit.name)"
    }
}
