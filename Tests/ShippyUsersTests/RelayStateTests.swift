import ShippyCore
import ShippyUsers
import Testing

@Suite struct RelayStateTests {
    private let start = SteadyClock.Instant.now
    private let here = BusPosition(identity: "bus", sequence: 100)

    private func event(_ id: String) -> OutgoingEvent {
        OutgoingEvent(id: id, subject: .userCreated, time: Timestamp(milliseconds: 0), headers: EventHeaders([]), payload: [])
    }

    private func record(_ position: Int64, offeredAt: BusPosition? = nil) -> OutboxRecord {
        OutboxRecord(position: position, event: event("e\(position)"), offeredAt: offeredAt)
    }

    /// A relay that has looked around, and asks for records.
    private func claiming() -> RelayState {
        var state = RelayState()
        for answer: RelayAnswer in [.located(here), .done, .reopened(0), .lastPublished(nil), .done] { state.take(answer, at: start) }
        return state
    }

    private func claimed(_ records: [OutboxRecord], fence: Int64 = 1) -> RelayState {
        var state = claiming()
        #expect(state.next(at: start) == .claim(here))
        state.take(.claimed(OutboxClaim(fence: fence, records: records)), at: start)
        return state
    }

    @Test func groupsAreMadeBeforeTheFirstPublishAndAgainOnAnotherBus() {
        var state = RelayState()
        #expect(state.next(at: start) == .locate)
        state.take(.located(here), at: start)
        #expect(state.next(at: start) == .declareGroups)
        state.take(.failed(ShippyError(.unavailable, "away")), at: start)
        guard case .rest = state.next(at: start) else { return #expect(Bool(false), "\(state.next(at: start))") }
        state = claiming()
        _ = state.next(at: start)
        state.take(.claimed(.none), at: start)
        state.take(.done, at: start)
        state.take(.located(BusPosition(identity: "new", sequence: 0)), at: start)
        #expect(state.next(at: start) == .declareGroups)
        state.take(.done, at: start)
        #expect(state.next(at: start) == .reopenOthers(than: "new"))
    }

    @Test func whatWasOfferedBeforeIsLookedUpFirst() {
        var state = claimed([record(1, offeredAt: BusPosition(identity: "bus", sequence: 40)), record(2)])
        #expect(state.next(at: start) == .listIDs(after: 40))
        state.take(.listed(EventIDs(sequences: ["e1": 41], through: 100, isEnd: true)), at: start)
        #expect(state.next(at: start) == .eventID(at: 41))
        state.take(.eventID("e1"), at: start)
        #expect(state.next(at: start) == .publish([event("e2")]))
    }

    @Test func aLookThatOutlastsTheLeaseIsNotInVain() {
        let offered = BusPosition(identity: "bus", sequence: 40)
        var state = claimed([record(1, offeredAt: offered), record(2, offeredAt: offered)])
        _ = state.next(at: start)
        let late = start + .seconds(9)
        state.take(.listed(EventIDs(sequences: ["e1": 41], through: 100, isEnd: true)), at: late)
        state.take(.eventID("e1"), at: late)
        #expect(state.next(at: late) == .lastPublished)
        state.take(.lastPublished(nil), at: late)
        #expect(state.next(at: late) == .mark([PublishedRecord(position: 1, sequence: 41)], identity: "bus", fence: 1))
        state.take(.written(true), at: late)
        state.take(.located(here), at: late)
        #expect(state.next(at: late) == .claim(here))
        state.take(.claimed(OutboxClaim(fence: 1, records: [record(2, offeredAt: offered)])), at: late)
        #expect(state.next(at: late) == .publish([event("e2")]))
    }

    @Test(arguments: [BusPosition(identity: "another", sequence: 40), BusPosition(identity: "bus", sequence: 101)])
    func aPlaceThatSaysNothingIsLookedUpFromTheBeginning(place: BusPosition) {
        var state = claimed([record(1, offeredAt: place)])
        #expect(state.next(at: start) == .listIDs(after: 0))
    }

    /// A full batch of records that were offered to another bus, from `first` on.
    private func offered(from first: Int64) -> [OutboxRecord] {
        (first..<first + Int64(RelayState.batchLimit)).map { record($0, offeredAt: BusPosition(identity: "another", sequence: 7)) }
    }

    private func page(_ sequences: [String: Int64] = [:], through: Int64, isEnd: Bool = true) -> RelayAnswer {
        .listed(EventIDs(sequences: sequences, through: through, isEnd: isEnd))
    }

    /// Publishes and marks what is left of a batch, and asks for the next one.
    private func publish(_ state: inout RelayState, at now: SteadyClock.Instant, from sequence: Int64) {
        guard case .publish(let events) = state.next(at: now) else { return #expect(Bool(false), "\(state.next(at: now))") }
        let receipts = events.indices.map { PublishReceipt(sequence: sequence + Int64($0), isDuplicate: false) }
        state.take(.published(receipts.map { .success($0) }), at: now)
        for answer: RelayAnswer in [.lastPublished(nil), .written(true), .located(here)] { state.take(answer, at: now) }
        #expect(state.next(at: now) == .claim(here))
    }

    /// With a million records to look up, one way through the bus for each batch would never end.
    @Test func oneLookServesEveryBatch() {
        var state = claimed(offered(from: 1))
        #expect(state.next(at: start) == .listIDs(after: 0))
        state.take(page(["e1030": 30], through: 60, isEnd: false), at: start)
        #expect(state.next(at: start) == .listIDs(after: 60))
        state.take(page(["e3": 70], through: 100), at: start)
        state.take(.eventID("e3"), at: start)
        publish(&state, at: start, from: 101)
        state.take(.claimed(OutboxClaim(fence: 1, records: offered(from: 1025))), at: start)
        // Up to there, all that came is its own.
        #expect(state.next(at: start) == .listIDs(after: 1123))
        state.take(page(["e1040": 1124], through: 1124), at: start)
        state.take(.eventID("e1040"), at: start)
        guard case .publish(let events) = state.next(at: start) else { return #expect(Bool(false), "\(state.next(at: start))") }
        #expect(events.count == 1022)
        #expect(!events.contains { $0.id == "e1030" || $0.id == "e1040" })
    }

    @Test func aLongLookRenewsItsLeaseAndGoesOn() {
        var state = claimed(offered(from: 1))
        state.take(page(through: 50, isEnd: false), at: start + .seconds(1))
        #expect(state.next(at: start + .seconds(1)) == .listIDs(after: 50))
        state.take(page(["e2": 55], through: 60, isEnd: false), at: start + .seconds(3))
        #expect(state.next(at: start + .seconds(3)) == .claim(here))
        state.take(.claimed(OutboxClaim(fence: 1, records: offered(from: 1))), at: start + .seconds(3))
        #expect(state.next(at: start + .seconds(3)) == .listIDs(after: 60))
        state.take(page(through: 100), at: start + .seconds(4))
        state.take(.eventID("e2"), at: start + .seconds(4))
        guard case .publish(let events) = state.next(at: start + .seconds(5)) else { return #expect(Bool(false), "the lease stands") }
        #expect(events.count == 1023)
        #expect(!events.contains { $0.id == "e2" })
    }

    /// What an earlier look saw may be lost by then, and published by somebody else.
    @Test func underAnotherFenceTheLookBeginsAnew() {
        var state = claimed(offered(from: 1))
        state.take(page(["e2": 55], through: 60, isEnd: false), at: start + .seconds(3))
        #expect(state.next(at: start + .seconds(3)) == .claim(here))
        state.take(.claimed(OutboxClaim(fence: 3, records: offered(from: 1))), at: start + .seconds(3))
        #expect(state.next(at: start + .seconds(3)) == .listIDs(after: 0))
    }

    /// What was seen may be lost a moment later: the last of it is looked at once more before anything is marked.
    @Test func whatIsGoneAgainIsLookedUpAnew() {
        var state = claimed([record(1, offeredAt: BusPosition(identity: "bus", sequence: 40))])
        state.take(page(["e1": 41], through: 100), at: start)
        #expect(state.next(at: start) == .eventID(at: 41))
        state.take(.eventID("a stranger's"), at: start)
        #expect(state.next(at: start) == .listIDs(after: 40))
        state.take(page(through: 90), at: start)
        #expect(state.next(at: start) == .publish([event("e1")]))
    }

    /// Whatever went wrong, the bus may have lost something with it.
    @Test func afterAFailureTheLookBeginsAnew() {
        var state = claimed(offered(from: 1))
        state.take(page(through: 100), at: start)
        publish(&state, at: start, from: 101)
        for answer: RelayAnswer in [.failed(ShippyError(.unavailable, "away")), .done, .located(here), .lastPublished(nil)] {
            state.take(answer, at: start)
        }
        #expect(state.next(at: start) == .claim(here))
        state.take(.claimed(OutboxClaim(fence: 1, records: offered(from: 1025))), at: start)
        #expect(state.next(at: start) == .listIDs(after: 0))
    }

    /// Between two batches the bus is found to have lost its end.
    @Test func afterALossTheLookBeginsAnew() {
        var state = claimed(offered(from: 1))
        state.take(page(["e1030": 100], through: 100), at: start)
        publish(&state, at: start, from: 101)
        state.take(.claimed(OutboxClaim(fence: 1, records: offered(from: 1025))), at: start)
        state.take(page(through: 1124), at: start)
        state.take(.eventID("e1030"), at: start)
        _ = state.next(at: start)
        state.take(.published((0..<1023).map { .success(PublishReceipt(sequence: 1125 + $0, isDuplicate: false)) }), at: start)
        let last = PublishedEvent(id: "e1024", position: BusPosition(identity: "bus", sequence: 1124))
        for answer: RelayAnswer in [.lastPublished(last), .eventID("a stranger's"), .done, .located(here), .lastPublished(last), .eventID("e1024")] {
            state.take(answer, at: start)
        }
        #expect(state.next(at: start) == .claim(here))
        state.take(.claimed(OutboxClaim(fence: 1, records: offered(from: 1025))), at: start)
        #expect(state.next(at: start) == .listIDs(after: 0))
    }

    @Test func nothingIsPublishedUnderALeaseThatMayHaveEnded() {
        var state = claimed([record(1)])
        #expect(state.next(at: start + .milliseconds(3999)) == .publish([event("e1")]))
        state = claimed([record(1)])
        #expect(state.next(at: start + .seconds(4)) == .claim(here))
        // Under the same fence nobody else has had it: no look is needed.
        state.take(.claimed(OutboxClaim(fence: 1, records: [record(1, offeredAt: here)])), at: start + .seconds(4))
        #expect(state.next(at: start + .seconds(5)) == .publish([event("e1")]))
        // But after a publish of which nothing is known, it is.
        state.take(.failed(ShippyError(.unavailable, "no answer")), at: start)
        for answer: RelayAnswer in [.done, .located(here), .lastPublished(nil)] { state.take(answer, at: start) }
        _ = state.next(at: start)
        state.take(.claimed(OutboxClaim(fence: 1, records: [record(1, offeredAt: here)])), at: start)
        #expect(state.next(at: start) == .listIDs(after: 100))
    }

    /// Another relay may have published it meanwhile.
    @Test func afterAnotherHolderNothingIsKnownToBeAbsent() {
        var state = claimed([record(1)])
        let late = start + .seconds(6)
        #expect(state.next(at: late) == .claim(here))
        state.take(.claimed(OutboxClaim(fence: 3, records: [record(1, offeredAt: here)])), at: late)
        #expect(state.next(at: late) == .listIDs(after: 100))
    }

    @Test func eachReceiptIsMarkedAlsoWhenOthersFail() {
        var state = claimed([record(1), record(2), record(3)])
        _ = state.next(at: start)
        state.take(
            .published([
                .success(PublishReceipt(sequence: 101, isDuplicate: false)), .failure(ShippyError(.tooLarge, "2 MB")),
                .failure(ShippyError(.unavailable, "full")),
            ]), at: start)
        #expect(state.next(at: start) == .lastPublished)
        state.take(.lastPublished(nil), at: start)
        #expect(state.next(at: start) == .mark([PublishedRecord(position: 1, sequence: 101)], identity: "bus", fence: 1))
        state.take(.written(true), at: start)
        #expect(state.next(at: start) == .setAside(position: 2, reason: "2 MB", fence: 1))
        state.take(.written(true), at: start)
        guard case .rest = state.next(at: start) else { return #expect(Bool(false), "\(state.next(at: start))") }
        #expect(state.takeNotes().contains(.setAside(event("e2"), reason: "2 MB")))
    }

    @Test func nothingIsMarkedOnTopOfALoss() {
        var state = claimed([record(2)])
        _ = state.next(at: start)
        state.take(.published([.success(PublishReceipt(sequence: 61, isDuplicate: false))]), at: start)
        let last = PublishedEvent(id: "e1", position: BusPosition(identity: "bus", sequence: 90))
        state.take(.lastPublished(last), at: start)
        #expect(state.next(at: start) == .eventID(at: 90))
        state.take(.eventID("a stranger's"), at: start)
        guard case .rest = state.next(at: start) else { return #expect(Bool(false), "\(state.next(at: start))") }
    }

    /// Looks again until the state wants something else than looking, and tells when that was.
    private func look(_ state: inout RelayState, _ last: PublishedEvent, id: String?, position: BusPosition) -> Duration {
        var now = start
        for _ in 0..<30 {
            switch state.next(at: now) {
            case .locate: state.take(.located(position), at: now)
            case .lastPublished: state.take(.lastPublished(last), at: now)
            case .eventID: state.take(.eventID(id), at: now)
            case .firstSequence: state.take(.firstSequence(1), at: now)
            case .declareGroups, .dropPublished: state.take(.done, at: now)
            case .reopenOthers: state.take(.reopened(0), at: now)
            case .rest(let wait):
                now += wait
                state.take(.done, at: now)
            default: return start.duration(to: now)
            }
        }
        return start.duration(to: now)
    }

    @Test func aLossIsBelievedAfterThreeLooksInFiveSecondsAndToldOnce() {
        var state = RelayState()
        let last = PublishedEvent(id: "e9", position: BusPosition(identity: "bus", sequence: 90))
        let now = start + look(&state, last, id: nil, position: BusPosition(identity: "bus", sequence: 50))
        #expect(start.duration(to: now) >= .seconds(5) && start.duration(to: now) <= .seconds(6))
        #expect(state.next(at: now) == .reopen(from: BusPosition(identity: "bus", sequence: 51)))
        state.take(.reopened(40), at: now)
        // Further back, in growing strides, until one is found that is there.
        state.take(.lastPublished(PublishedEvent(id: "e5", position: BusPosition(identity: "bus", sequence: 50))), at: now)
        state.take(.eventID("a stranger's"), at: now)
        #expect(state.next(at: now) == .reopen(from: BusPosition(identity: "bus", sequence: 1)))
        state.take(.reopened(2), at: now)
        state.take(.lastPublished(nil), at: now)
        state.take(.done, at: now)
        _ = state.next(at: now)
        let offered = (1...3).map { record($0, offeredAt: BusPosition(identity: "bus", sequence: 0)) }
        state.take(.claimed(OutboxClaim(fence: 1, records: offered)), at: now)
        state.take(.listed(EventIDs(sequences: ["e1": 5], through: 100, isEnd: true)), at: now)
        state.take(.eventID("e1"), at: now)
        _ = state.next(at: now)
        state.take(.published([2, 3].map { .success(PublishReceipt(sequence: 50 + $0, isDuplicate: false)) }), at: now)
        state.take(.lastPublished(nil), at: now)
        state.take(.written(true), at: now)
        let told = state.takeNotes().filter { if case .lost = $0 { true } else { false } }
        #expect(told == [.lost(missing: 2, reopened: 42)])
    }

    @Test func aReplicaThatLagsIsNotBelieved() {
        var state = RelayState()
        let last = PublishedEvent(id: "e9", position: BusPosition(identity: "bus", sequence: 90))
        for answer: RelayAnswer in [.located(here), .done, .reopened(0), .lastPublished(last), .eventID(nil), .firstSequence(1), .done] {
            state.take(answer, at: start)
        }
        for answer: RelayAnswer in [.located(here), .lastPublished(last), .eventID("e9"), .done] { state.take(answer, at: start) }
        #expect(state.next(at: start) == .claim(here))
        #expect(state.takeNotes().isEmpty)
    }

    @Test func whatHasExpiredIsNotLost() {
        var state = RelayState()
        let last = PublishedEvent(id: "e9", position: BusPosition(identity: "bus", sequence: 90))
        for answer: RelayAnswer in [.located(here), .done, .reopened(0), .lastPublished(last), .eventID(nil), .firstSequence(95), .done] {
            state.take(answer, at: start)
        }
        #expect(state.next(at: start) == .claim(here))
    }

    /// While the bus is away, nobody knows what it has lost.
    @Test func whatWasPublishedIsDroppedOnceAMinuteAndOnlyAfterACheck() {
        var state = RelayState()
        for answer: RelayAnswer in [.located(here), .done, .reopened(0), .lastPublished(nil)] { state.take(answer, at: start) }
        #expect(state.next(at: start) == .dropPublished)
        state.take(.done, at: start)
        #expect(state.next(at: start) == .claim(here))
        state.take(.claimed(.none), at: start)
        for seconds in [30, 61] {
            let now = start + .seconds(seconds)
            for answer: RelayAnswer in [.done, .located(here)] { state.take(answer, at: now) }
            #expect(state.next(at: now) == .lastPublished)
            state.take(.lastPublished(nil), at: now)
            if seconds > 60 {
                #expect(state.next(at: now) == .dropPublished)
                state.take(.done, at: now)
            }
            #expect(state.next(at: now) == .claim(here))
            state.take(.claimed(.none), at: now)
        }
    }

    @Test func aRefusedMarkIsLeftToTheNextHolder() {
        var state = claimed([record(1)], fence: 3)
        _ = state.next(at: start)
        for answer: RelayAnswer in [.published([.success(PublishReceipt(sequence: 101, isDuplicate: false))]), .lastPublished(nil), .written(false)] {
            state.take(answer, at: start)
        }
        #expect(state.next(at: start) == .locate)
        #expect(state.heldFence == nil)
    }

    @Test func underLoadTheBusIsCheckedEveryThreeSeconds() {
        var state = claiming()
        _ = state.next(at: start)
        state.take(.claimed(.none), at: start)
        #expect(state.next(at: start) == .awaitRecords(upTo: .seconds(3)))
        state.take(.done, at: start + .seconds(2))
        state.take(.located(here), at: start + .seconds(2))
        #expect(state.next(at: start + .seconds(2)) == .claim(here))
        state.take(.claimed(.none), at: start + .seconds(2))
        state.take(.done, at: start + .seconds(3))
        state.take(.located(here), at: start + .seconds(3))
        #expect(state.next(at: start + .seconds(3)) == .lastPublished)
    }
}
