import ShippyCore
import Testing

@testable import ShippyUsers

@Suite struct HashQueueTests {
    private typealias Share = HashQueue<Int>.Share

    private func login(_ address: String) -> Share { Share(lane: .login, network: ClientAddress(address)) }
    private let creation = Share(lane: .creation, network: nil)

    /// Adds jobs with these numbers.
    private func add(_ numbers: Range<Int>, _ share: Share, to queue: inout HashQueue<Int>) {
        for number in numbers { _ = queue.add(number, id: UInt64(number), share: share) }
    }

    private func drain(_ queue: inout HashQueue<Int>) -> [Int] {
        var order: [Int] = []
        while let job = queue.next() {
            order.append(job)
            queue.finish()
        }
        return order
    }

    @Test func oneAddressIsServedInOrder() {
        var queue = HashQueue<Int>(limit: 64)
        add(0..<5, creation, to: &queue)
        #expect(drain(&queue) == [0, 1, 2, 3, 4])
        #expect(queue.count == 0)
    }

    @Test func addressesTakeTurns() {
        var queue = HashQueue<Int>(limit: 64)
        add(0..<4, login("127.0.0.2"), to: &queue)
        add(10..<12, login("127.0.0.3"), to: &queue)
        add(20..<21, login("127.0.0.4"), to: &queue)
        #expect(drain(&queue) == [0, 10, 20, 1, 11, 2, 3])
    }

    @Test func creationsAndLoginsTakeTurns() {
        var queue = HashQueue<Int>(limit: 64)
        add(0..<4, creation, to: &queue)
        for number in 0..<3 { add(10 + number..<11 + number, login("127.0.0.\(number)"), to: &queue) }
        add(20..<22, Share(lane: .familiarLogin, network: ClientAddress("127.0.0.9")), to: &queue)
        #expect(drain(&queue) == [0, 10, 20, 1, 11, 21, 2, 12, 3])
    }

    /// Also if the others come back for every turn.
    @Test func aNewAddressIsServedNext() {
        var queue = HashQueue<Int>(limit: 64)
        for number in 0..<40 { add(number..<number + 1, login("127.0.1.\(number)"), to: &queue) }
        for number in 40..<200 {
            #expect(queue.next() != nil)
            queue.finish()
            add(number..<number + 1, login("127.0.1.\(number % 40)"), to: &queue)
        }
        add(1000..<1001, login("127.0.0.1"), to: &queue)
        #expect(queue.next() == 1000)
    }

    @Test func aFullQueueHasAPlaceForANewAddress() throws {
        var queue = HashQueue<Int>(limit: 64)
        add(0..<64, login("127.0.0.2"), to: &queue)
        guard case .full = queue.add(64, id: 64, share: login("127.0.0.2")) else {
            Issue.record("one address displaces itself")
            return
        }
        guard case .waiting(let displaced) = queue.add(65, id: 65, share: login("127.0.0.3")) else {
            Issue.record("one address fills the queue")
            return
        }
        #expect(displaced == 63)
        #expect(queue.count == 64)
        // Until both have the same number.
        add(66..<200, login("127.0.0.3"), to: &queue)
        let order = drain(&queue)
        #expect(order.count { $0 < 64 } == 32 && order.count == 64)
    }

    /// More addresses than places, all of them with one.
    @Test func aNewAddressTakesThePlaceOfOneThatHadATurn() {
        var queue = HashQueue<Int>(limit: 8)
        for number in 0..<8 { add(number..<number + 1, login("127.0.1.\(number)"), to: &queue) }
        for number in 0..<3 {
            #expect(queue.next() == number)
            queue.finish()
            add(10 + number..<11 + number, login("127.0.1.\(number)"), to: &queue)
        }
        var displaced: [Int?] = []
        for number in 20..<24 {
            switch queue.add(number, id: UInt64(number), share: login("127.0.2.\(number)")) {
            case .waiting(let job): displaced.append(job)
            case .full: displaced.append(nil)
            }
        }
        #expect(displaced == [12, 11, 10, nil])
        #expect(drain(&queue) == [3, 4, 5, 6, 7, 20, 21, 22])
    }

    @Test func manyAddressesLeaveRoomForCreations() {
        var queue = HashQueue<Int>(limit: 64)
        for number in 0..<64 { add(number..<number + 1, login("127.0.1.\(number)"), to: &queue) }
        guard case .full = queue.add(99, id: 99, share: login("127.0.2.1")) else {
            Issue.record("an address with one place lost it")
            return
        }
        guard case .waiting(displaced: .some) = queue.add(100, id: 100, share: creation) else {
            Issue.record("logins fill the queue")
            return
        }
        #expect([queue.next(), queue.next()].contains(100))
    }

    @Test func runningJobsKeepTheirPlaces() {
        var queue = HashQueue<Int>(limit: 2)
        add(0..<2, creation, to: &queue)
        #expect(queue.next() == 0 && queue.next() == 1)
        guard case .full = queue.add(2, id: 2, share: login("127.0.0.2")) else {
            Issue.record("more jobs than places")
            return
        }
        queue.finish()
        add(3..<4, creation, to: &queue)
        #expect(queue.next() == 3)
    }

    @Test func aRemovedJobIsNotRun() {
        var queue = HashQueue<Int>(limit: 64)
        add(0..<3, creation, to: &queue)
        #expect(queue.remove(1) == 1 && queue.remove(1) == nil)
        #expect(drain(&queue) == [0, 2])
    }

    @Test func theTurnsOfManyAddressesAreForgotten() {
        var queue = HashQueue<Int>(limit: 64)
        for number in 0..<10_000 {
            add(number..<number + 1, login("10.0.\(number / 250).\(number % 250)"), to: &queue)
            #expect(queue.next() == number)
            queue.finish()
        }
        #expect(queue.knownTurns <= 512)
    }
}
