import Glibc
import ShippyCore

/// The place of a message in its stream, and its number of deliveries.
struct NATSDelivery: Hashable {
    var sequence: Int64
    var count: Int
    /// Its number among all messages that the consumer has delivered.
    var consumerSequence: Int64
    /// The number of messages for the same consumer that wait behind it.
    var pending: Int
    /// When the stream stored it.
    var time: Timestamp
}

extension NATSDelivery {
    /// Parses the subject for acknowledgements, which has all of this (NATS ADR-15):
    /// `$JS.ACK.STREAM.CONSUMER.DELIVERED.SEQUENCE.CONSUMER-SEQUENCE.TIME.PENDING`, or with a domain and a hash of the account
    /// after `$JS.ACK`, and possibly more at the end.
    ///
    /// libnats parses it, too, but copies the names each time, and a replay has a microsecond or two per message.
    init?(reply: UnsafePointer<CChar>) {
        let length = strlen(reply)
        guard length > 8, memcmp(reply, "$JS.ACK.", 8) == 0 else { return nil }
        let dot = CChar(UInt8(ascii: "."))
        var tokens = 1
        for index in 0..<length where reply[index] == dot { tokens += 1 }
        guard tokens == 9 || tokens >= 11 else { return nil }
        var position = 8
        // Skips the names in front of the numbers.
        for _ in 0..<(tokens == 9 ? 2 : 4) {
            while reply[position] != dot { position += 1 }
            position += 1
        }
        var isNumeric = true
        func number() -> Int64 {
            var number: Int64 = 0
            while position < length, reply[position] != dot {
                let digit = Int64(reply[position]) - 48
                if !(0...9).contains(digit) { isNumeric = false }
                number = number &* 10 &+ digit
                position += 1
            }
            position += 1
            return number
        }
        count = Int(number())
        sequence = number()
        consumerSequence = number()
        time = Timestamp(milliseconds: number() / 1_000_000)
        pending = Int(number())
        guard isNumeric, sequence > 0 else { return nil }
    }
}
