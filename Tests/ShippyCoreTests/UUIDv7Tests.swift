import Foundation
import ShippyCore
import Testing

struct UUIDv7Tests {
    @Test func isAUUIDOfVersion7ThatSortsByTime() throws {
        let ids = (0..<10_000).map { _ in UUIDv7.next() }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == ids.count)
        for id in ids.prefix(100) {
            #expect(UUID(uuidString: id)?.uuidString.lowercased() == id)
            #expect(id[id.index(id.startIndex, offsetBy: 14)] == "7")
            #expect("89ab".contains(id[id.index(id.startIndex, offsetBy: 19)]))
        }
    }

    @Test func anIDTellsWhenItWasMade() {
        #expect(UUIDv7.time("019b7ca9-8c88-7002-b642-b33377b8893b") == Timestamp("2026-01-02T03:04:05.000Z"))
        for id in ["019b7ca9-8c88-4002-b642-b33377b8893b", "zzzzzzzz-8c88-7002-b642-b33377b8893b", "019b7ca98c887002b642b33377b8893b", "any", ""] {
            #expect(UUIDv7.time(id) == nil)
        }
    }

    @Test func aLowerBoundIsBeforeWhatIsMadeLater() {
        let time = Timestamp.now
        #expect(UUIDv7.lowerBound(time) <= UUIDv7.next())
        #expect(UUIDv7.lowerBound(time + .seconds(3600)) > UUIDv7.next())
    }
}
