import ShippyCore
import ShippyNotificator
import TestSupport
import Testing

@Suite struct ConsumerStateTests {
    private let start = SteadyClock.Instant.now

    private func batch(_ texts: [String]) -> DeliveryBatch {
        let events = texts.enumerated().map { index, text in
            Event(
                sequence: Int64(index + 1), id: "e\(index)", subject: .userCreated, time: .now,
                headers: EventHeaders([(HeaderName.natsMessageID, "e\(index)")]), payload: [UInt8](text.utf8))
        }
        return DeliveryBatch(token: 7, events: events, attempt: 1)
    }

    private let ada = #"{"id":"1","email":"ada@example.com"}"#
    private let bob = #"{"id":"2","email":"bob@example.com"}"#

    private func holding(_ texts: [String]) -> ConsumerState {
        var state = ConsumerState(.welcome())
        state.take(.done, at: start)
        state.take(.fetched(batch(texts)), at: start)
        return state
    }

    @Test func whileTheStoreIsAwayTheBatchIsGivenBackAndNoneIsFetched() throws {
        var state = holding([ada, "no user"])
        guard case .enqueue = state.next(at: start) else { return #expect(Bool(false), "\(state.next(at: start))") }
        state.take(.failed(ShippyError(.unavailable, "away")), at: start)
        guard case .release(let given) = state.next(at: start) else { return #expect(Bool(false), "\(state.next(at: start))") }
        #expect(given.token == 7)
        state.take(.done, at: start)
        #expect(!state.holdsBatch)
        var now = start
        for _ in 0..<20 {
            guard case .rest(let wait) = state.next(at: now) else { return #expect(Bool(false), "\(state.next(at: now))") }
            #expect(wait <= .seconds(2))
            now += wait
            state.take(.done, at: now)
            guard case .probeStore = state.next(at: now) else { return #expect(Bool(false), "\(state.next(at: now))") }
            state.take(.failed(ShippyError(.unavailable, "away")), at: now)
        }
        state.take(.done, at: now)
        state.take(.done, at: now)
        guard case .fetch = state.next(at: now) else { return #expect(Bool(false), "\(state.next(at: now))") }
    }

    @Test func onlyTheEventsOwnFaultCountsAgainstIt() throws {
        var state = holding([ada, "no user", bob])
        state.take(.failed(ShippyError(.invalid, "no text")), at: start)
        // One by one, the first is to blame and the other is not.
        guard case .enqueue(let first) = state.next(at: start) else { return #expect(Bool(false), "\(state.next(at: start))") }
        #expect(first.map(\.to.description) == ["ada@example.com"])
        state.take(.failed(ShippyError(.invalid, "no text")), at: start)
        guard case .enqueue(let second) = state.next(at: start) else { return #expect(Bool(false), "\(state.next(at: start))") }
        #expect(second.map(\.to.description) == ["bob@example.com"])
        state.take(.enqueued([(second[0].id, true)]), at: start)
        guard case .settle(_, let failures) = state.next(at: start) else { return #expect(Bool(false), "\(state.next(at: start))") }
        #expect(Set(failures.keys) == [1, 2])
    }

    /// A store's index would refuse it, and hold up every other mail with it.
    @Test func anEventWhoseIDIsTooLongIsRefused() {
        var state = ConsumerState(.welcome())
        state.take(.done, at: start)
        let ids = [String(repeating: "i", count: 240), String(repeating: "i", count: 241)]
        let events = ids.enumerated().map { index, id in
            Event(
                sequence: Int64(index + 1), id: id, subject: .userCreated, time: .now,
                headers: EventHeaders([(HeaderName.natsMessageID, id)]), payload: [UInt8](ada.utf8))
        }
        state.take(.fetched(DeliveryBatch(token: 7, events: events, attempt: 1)), at: start)
        guard case .enqueue(let mails) = state.next(at: start) else { return #expect(Bool(false), "\(state.next(at: start))") }
        #expect(mails.map(\.eventID) == [ids[0]])
        state.take(.enqueued([("m", true)]), at: start)
        guard case .settle(_, let failures) = state.next(at: start) else { return #expect(Bool(false), "\(state.next(at: start))") }
        #expect(failures[2]?.contains("240") == true, "\(failures)")
    }

    /// A mail repeats them several times.
    @Test func onlyTheBeginningOfAVeryLongNameIsKept() {
        let long = String(repeating: "é", count: 600)
        let state = holding([#"{"id":"1","email":"ada@example.com","name":"x\#(long)","company":"\#(long)"}"#])
        guard case .enqueue(let mails) = state.next(at: start) else { return #expect(Bool(false), "\(state.next(at: start))") }
        #expect(mails.map(\.name) == ["x" + String(repeating: "é", count: 511)])
        #expect(mails.map(\.company) == [String(repeating: "é", count: 512)])
    }

    @Test func everyBurialIsTold() {
        var state = holding([ada])
        var second = batch([bob])
        second.buried = [BuriedEvent(sequence: 9, id: "e9", reason: "died with it")]
        state.take(.enqueued([("m", true)]), at: start)
        state.take(.settled(buried: [BuriedEvent(sequence: 1, id: "e0", reason: "no user")]), at: start)
        state.take(.fetched(second), at: start)
        let buried = state.takeNotes().compactMap { if case .buried(let event) = $0 { event.id } else { nil } }
        #expect(buried == ["e0", "e9"])
    }
}
