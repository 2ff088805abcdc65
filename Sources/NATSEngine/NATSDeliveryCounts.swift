/// For each event, the number of deliveries that failed because of the event. As text it fits into the description of a consumer.
struct NATSDeliveryCounts: Hashable, Sendable, CustomStringConvertible {
    private static let prefix = "deliveries that failed, by sequence:"
    /// The limit of JetStream for descriptions is 4 KiB.
    private static let sizeLimit = 4000

    private var counts: [Int64: Int] = [:]

    /// A text that cannot be parsed is someone else's description, and counts nothing.
    init(_ description: String) {
        guard description.hasPrefix(Self.prefix) else { return }
        for entry in description.dropFirst(Self.prefix.count).split(separator: " ") {
            let parts = entry.split(separator: "=")
            guard parts.count == 2, let sequence = Int64(parts[0]), let count = Int(parts[1]) else { continue }
            counts[sequence] = count
        }
    }

    subscript(sequence: Int64) -> Int { counts[sequence] ?? 0 }

    /// - Parameter floor: everything up to here is acknowledged; its counts are dropped.
    mutating func apply(_ changes: [Int64: Int], floor: Int64) {
        for (sequence, change) in changes { counts[sequence, default: 0] += change }
        counts = counts.filter { $0.key > floor && $0.value > 0 }
    }

    /// Events that failed most often come first. The last ones are left out if there are too many.
    var description: String {
        guard !counts.isEmpty else { return "" }
        var text = Self.prefix
        for (sequence, count) in counts.sorted(by: { ($0.value, $1.key) > ($1.value, $0.key) }) {
            let entry = " \(sequence)=\(count)"
            guard text.utf8.count + entry.utf8.count <= Self.sizeLimit else { break }
            text += entry
        }
        return text
    }
}
