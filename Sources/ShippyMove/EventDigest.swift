import Crypto
import ShippyCore

/// A digest of the events of a log, in order, which does not depend on the bus that has them.
struct EventDigest {
    /// What a bus may add, change or forget: times are compared by themselves, and IDs are.
    private static let own: Set<String> = [HeaderName.originalTime, HeaderName.natsMessageID]

    private var hash = SHA256()
    /// An ID that is there twice counts once: not every bus takes it twice. Hashes are enough, because both logs are read by one process.
    private var seen: Set<Int> = []
    private(set) var count = 0

    mutating func add(_ event: Event) {
        guard seen.insert(event.id.hashValue).inserted else { return }
        var bytes: [UInt8] = []
        func append(_ text: String) { append([UInt8](text.utf8)) }
        func append(_ data: [UInt8]) {
            withUnsafeBytes(of: UInt64(data.count).littleEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: data)
        }
        append("\(event.sequence) \(event.storedAt.milliseconds)")
        append(event.id)
        append(event.subject.description)
        // NATS does not keep the order of headers.
        let headers = event.headers.pairs.filter { !Self.own.contains($0.name) }.map { "\($0.name): \($0.value)" }.sorted()
        append("\(headers.count)")
        headers.forEach(append)
        append(event.payload)
        hash.update(data: bytes)
        count += 1
    }

    /// In hexadecimal digits.
    var text: String {
        hash.finalize().map { byte in byte < 16 ? "0\(String(byte, radix: 16))" : String(byte, radix: 16) }.joined()
    }
}
