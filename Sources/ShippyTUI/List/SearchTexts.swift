import Glibc
import ShippyCore

/// The texts that filters search, one per place of a list: an item's fields in lower case, one per line.
///
/// They are in one block of memory, in the order of places. A filter searches a hundred thousand of them between two keystrokes;
/// scattered in memory, that takes five times as long.
struct SearchTexts: Sendable {
    /// Spare bytes per text. A changed text seldom grows by more.
    private static let slack = 32
    private static let step = 2 << 20

    /// Each text ends with a zero byte.
    private var bytes: [UInt8] = []
    private var slots: [Slot] = []
    private var wasted = 0
    private var scratch: [UInt8] = []

    private struct Slot {
        var start = 0
        var capacity = 0
    }

    mutating func set(_ place: Int, _ row: some ListRow) {
        write(row)
        while slots.count <= place { slots.append(Slot()) }
        if scratch.count > slots[place].capacity {
            if wasted > bytes.count / 2 { compact() }
            wasted += slots[place].capacity
            let capacity = (scratch.count + Self.slack - 1) / Self.slack * Self.slack
            slots[place] = Slot(start: bytes.count, capacity: capacity)
            // Grows in steps instead of doubling, because it is the largest block of memory.
            if bytes.count + capacity > bytes.capacity { bytes.reserveCapacity(bytes.count + Self.step) }
            bytes.append(contentsOf: repeatElement(0, count: capacity))
        }
        let start = slots[place].start
        bytes.replaceSubrange(start..<(start + scratch.count), with: scratch)
    }

    /// Passes a function that returns the start of a place's text. Use it only for places that have had a text.
    func withTexts<Value>(_ body: ((Int) -> UnsafePointer<CChar>) -> Value) -> Value {
        bytes.withUnsafeBytes { bytes in
            slots.withUnsafeBufferPointer { slots in
                body { place in bytes.baseAddress!.advanced(by: slots[place].start).assumingMemoryBound(to: CChar.self) }
            }
        }
    }

    private mutating func write(_ row: some ListRow) {
        scratch.removeAll(keepingCapacity: true)
        row.forEachSearchLine { text, value in
            write(text)
            if let value {
                scratch.append(UInt8(ascii: "="))
                write(value)
            }
            scratch.append(10)
        }
        scratch.append(0)
    }

    /// Appends the text in lower case. A zero byte would end it early, so it is replaced by 1.
    private mutating func write(_ text: String) {
        if text.isASCII {
            for byte in text.utf8 { scratch.append(byte >= 65 && byte <= 90 ? byte | 32 : max(byte, 1)) }
        } else {
            for byte in text.lowercased().utf8 { scratch.append(max(byte, 1)) }
        }
    }

    private mutating func compact() {
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count - wasted + Self.slack)
        for place in slots.indices {
            let slot = slots[place]
            slots[place].start = kept.count
            kept += bytes[slot.start..<(slot.start + slot.capacity)]
        }
        bytes = kept
        wasted = 0
    }
}
