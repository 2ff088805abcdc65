import NIOCore
import TestSupport
import Testing

@testable import ShippyRPCServer

@Suite struct FrameBoundaryTests {
    @Test func itKnowsWhereFramesEnd() {
        let large = HTTP2.headers(stream: 1, path: "/p", isWhole: true, [("x", String(repeating: "y", count: 40_000))])
        let parts: [[UInt8]] = [
            Array(HTTP2.preface.prefix(24)), HTTP2.settingsAcknowledgement, HTTP2.headers(stream: 1, path: "/p", isWhole: false),
            HTTP2.data(stream: 1, [], isWhole: false), HTTP2.data(stream: 1, [1, 2, 3], isWhole: true), large, HTTP2.reset(stream: 1),
        ]
        let ends = parts.indices.map { parts[...$0].joined().count }
        // In pieces of every size, from bytes to all at once.
        let bytes = Array(parts.joined())
        for size in [1, 2, 7, 9, 100, 16_384, bytes.count] {
            var boundary = FrameBoundary()
            var position = 0
            while position < bytes.count {
                let piece = bytes[position..<min(bytes.count, position + size)]
                boundary.take(ByteBuffer(bytes: piece))
                position += piece.count
                #expect(boundary.count == ends.count { $0 <= position }, "\(position) of \(size)")
                #expect(boundary.isInside == !ends.contains(position), "\(position) of \(size)")
            }
        }
    }
}

@Suite struct AbandonBudgetTests {
    @Test func aBurstIsAllowedAndARateIsNot() {
        var budget = AbandonBudget()
        let start = NIODeadline.now()
        let burst = (0..<1000).map { _ in budget.spend(at: start) }
        #expect(burst.allSatisfy { $0 })
        let surplus = budget.spend(at: start)
        #expect(!surplus)
        // A hundred a second come back.
        let later = (1...500).map { budget.spend(at: start + .milliseconds(Int64($0) * 10)) }
        #expect(later.allSatisfy { $0 })
        let tooSoon = budget.spend(at: start + .seconds(5))
        #expect(!tooSoon)
    }
}
