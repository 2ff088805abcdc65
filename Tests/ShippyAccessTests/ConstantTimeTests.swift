import Testing

@testable import ShippyAccess

struct ConstantTimeTests {
    @Test func bytesAreEqualOnlyIfEachOfThemIs() {
        #expect(ConstantTime.isEqual([], []))
        #expect(!ConstantTime.isEqual([1], []) && !ConstantTime.isEqual([], [1]) && !ConstantTime.isEqual([1, 2], [1]))
        var random = SeededGenerator(seed: 2)
        for length in 1..<40 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(ConstantTime.isEqual(bytes, bytes))
            for place in 0..<length {
                for bit in 0..<8 {
                    var other = bytes
                    other[place] ^= 1 << bit
                    #expect(!ConstantTime.isEqual(bytes, other))
                    // Two differences do not cancel each other out.
                    other[(place + 1) % length] ^= 1 << bit
                    #expect(!ConstantTime.isEqual(bytes, other) || length == 1)
                }
            }
        }
    }
}
