/// The order that people expect of numbered names: `10.0.0.40` before `10.0.0.240`.
enum NaturalOrder {
    /// Whether `left` comes before `right`; nil if they are equal. Runs of digits are compared as numbers. Numbers that differ only in
    /// leading zeros are ordered by them, so that only equal texts are equal.
    static func precedes(_ left: String, _ right: String) -> Bool? {
        let order: Int? = left.utf8.withContiguousStorageIfAvailable { left in
            right.utf8.withContiguousStorageIfAvailable { right in compare(left, right) }
        }.flatMap(\.self)
        // Only strings of other languages' runtimes have no contiguous storage.
        let difference = order ?? compare(Array(left.utf8), Array(right.utf8))
        return difference == 0 ? nil : difference < 0
    }

    private static func compare(_ left: some RandomAccessCollection<UInt8>, _ right: some RandomAccessCollection<UInt8>) -> Int {
        var (first, second) = (left.startIndex, right.startIndex)
        var zeros = 0
        while first < left.endIndex, second < right.endIndex {
            guard isDigit(left[first]), isDigit(right[second]) else {
                if left[first] != right[second] { return Int(left[first]) - Int(right[second]) }
                left.formIndex(after: &first)
                right.formIndex(after: &second)
                continue
            }
            let (one, other) = (number(left[first...]), number(right[second...]))
            if one.digits.count != other.digits.count { return one.digits.count - other.digits.count }
            for (a, b) in zip(one.digits, other.digits) where a != b { return Int(a) - Int(b) }
            if zeros == 0 { zeros = one.zeros - other.zeros }
            (first, second) = (one.digits.endIndex, other.digits.endIndex)
        }
        if first == left.endIndex, second == right.endIndex { return zeros }
        return first == left.endIndex ? -1 : 1
    }

    /// The digits at the beginning, without leading zeros.
    private static func number<Bytes: RandomAccessCollection<UInt8>>(_ bytes: Bytes) -> (zeros: Int, digits: Bytes.SubSequence) {
        let digits = bytes.prefix(while: isDigit)
        let significant = digits.drop { $0 == UInt8(ascii: "0") }
        return (digits.count - significant.count, significant)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
