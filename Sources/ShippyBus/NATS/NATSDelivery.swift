import Glibc
import ShippyCore

/// Where a message stands in its stream, and how often it was handed out.
struct NATSDelivery: Hashable {
    var sequence: Int64
    var count: Int
    /// Its number among all that the consumer handed out.
    var consumerSequence: Int64
    /// How many messages for the same consumer wait behind it.
    var pending: Int
    /// When the stream took it.
    var time: Timestamp
}

extension NATSDelivery {
    /// Reads the subject that acknowledgements go to, which says it all (NATS ADR-15):
    /// `$JS.ACK.STREAM.CONSUMER.DELIVERED.SEQUENCE.CONSUMER-SEQUENCE.TIME.PENDING`, or with a domain and a hash of the account
    /// after `$JS.ACK`, and perhaps more at the end.
    ///
    /// libnats reads it, too, but copies the names each time, and a replay has a microsecond or two for a message.
    init?(reply: UnsafePointer<CChar>) {
        let length = strlen(reply)
        guard length > 8, memcmp(reply, "$JS.ACK.", 8) == 0 else { return nil }
        var starts: [Int] = []
        starts.reserveCapacity(12)
        starts.append(0)
        for index in 0..<length where reply[index] == CChar(UInt8(ascii: ".")) { starts.append(index + 1) }
        // The names end where the numbers begin.
        let first = starts.count == 9 ? 4 : 6
        guard starts.count == 9 || starts.count >= 11 else { return nil }
        func number(_ token: Int) -> Int64 { strtoll(reply + starts[first + token], nil, 10) }
        self.init(
            sequence: number(1), count: Int(number(0)), consumerSequence: number(2), pending: Int(number(4)),
            time: Timestamp(milliseconds: number(3) / 1_000_000))
        guard sequence > 0 else { return nil }
    }
}
