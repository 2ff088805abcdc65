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

    @Test func aLowerBoundIsBeforeWhatIsMadeLater() {
        let time = Timestamp.now
        #expect(UUIDv7.lowerBound(time) <= UUIDv7.next())
        #expect(UUIDv7.lowerBound(time + .seconds(3600)) > UUIDv7.next())
    }
}
