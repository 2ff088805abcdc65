import Glibc
import Synchronization

/// Generates UUIDs of version 7 (RFC 9562, 5.7). Later IDs sort later, so they are added at the end of an index.
package enum UUIDv7 {
    private struct Last {
        var milliseconds: Int64 = 0
        /// Counts within one millisecond (RFC 9562, 6.2, method 1), so that the IDs of a process never go backwards.
        var counter: UInt16 = 0
        /// A supply of random words: a system call per ID would take longer than all other work.
        var entropy: [UInt64] = []
    }

    private static let last = Mutex(Last())

    /// A new UUID in lower-case text.
    package static func next(at time: Timestamp = .now) -> String {
        let (milliseconds, counter, random) = last.withLock { last -> (Int64, UInt16, UInt64) in
            if time.milliseconds > last.milliseconds {
                last.milliseconds = time.milliseconds
                last.counter = 0
            } else if last.counter < 0xfff {
                last.counter += 1
            } else {
                last.milliseconds += 1
                last.counter = 0
            }
            return (last.milliseconds, last.counter, nextRandom(&last.entropy))
        }
        let high = UInt64(milliseconds) << 16 | 0x7000 | UInt64(counter)
        return text(high, random & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000)
    }

    private static func nextRandom(_ entropy: inout [UInt64]) -> UInt64 {
        if entropy.isEmpty {
            // 256 bytes, the most that getentropy(3) accepts. It never fails once the system is up.
            entropy = [UInt64](unsafeUninitializedCapacity: 32) { buffer, count in
                precondition(getentropy(buffer.baseAddress!, 256) == 0, "the system has no random numbers")
                count = 32
            }
        }
        return entropy.removeLast()
    }

    /// A lower bound: no ID generated at `time` or later sorts before it.
    package static func lowerBound(_ time: Timestamp) -> String {
        text(UInt64(max(0, time.milliseconds)) << 16, 0)
    }

    /// When this ID was made; nil if it is no UUID of version 7.
    package static func time(_ id: String) -> Timestamp? {
        let parts = id.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [8, 4, 4, 4, 12], parts[2].first == "7", let milliseconds = Int64(parts[0] + parts[1], radix: 16),
            milliseconds >= 0
        else { return nil }
        return Timestamp(milliseconds: milliseconds)
    }

    /// When this ID was made; nil unless it is exactly as ``next(at:)`` writes IDs: a UUID of version 7 in lower case.
    package static func strictTime(_ id: String) -> Timestamp? {
        let bytes = Array(id.utf8)
        guard bytes.count == 36, let time = time(id), "89ab".utf8.contains(bytes[19]) else { return nil }
        let digits = bytes.filter { $0 != UInt8(ascii: "-") }
        return digits.count == 32 && digits.allSatisfy("0123456789abcdef".utf8.contains) ? time : nil
    }

    private static func text(_ high: UInt64, _ low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var position = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    buffer[position] = UInt8(ascii: "-")
                    position += 1
                }
                let word = index < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: word >> UInt64((15 - index % 16) * 4)) & 0xf
                buffer[position] = digit < 10 ? digit + 48 : digit + 87
                position += 1
            }
            return 36
        }
    }
}
