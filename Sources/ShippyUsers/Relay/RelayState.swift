package import ShippyCore

/// The state machine of a relay, without I/O: ``next(at:)`` returns the next step, and ``take(_:at:)`` takes its result.
///
/// Before a record is first handed out, the bus's position is stored with it. If a record was handed out before, the relay looks
/// for its event after that position, and publishes it only if it is not there. The relay starts publishing only while its lease
/// is certainly valid. Acknowledged records are marked under the lease's fence. If the mark is refused, another relay has the
/// record, and looks for its event first, too.
///
/// Every few seconds, after every failure, and between a publish and its mark, the relay checks that the bus still has the last
/// marked event. So no mark can hide a loss. Old published records are deleted only after such a check, because a bus that was
/// away may have lost events.
package struct RelayState: Sendable {
    package static let lease = Duration.seconds(5)
    /// The safety margin subtracted from the length of a lease.
    static let margin = Duration.seconds(1)
    package static let batchLimit = 1024
    /// Small enough to renew the lease in time between two calls.
    static let listLimit = 16_384
    static let checkInterval = Duration.seconds(3)
    static let dropInterval = Duration.seconds(60)

    package typealias Instant = SteadyClock.Instant

    private enum Phase {
        case locating
        case declaring
        /// Reopens records acknowledged by other buses.
        case reopeningOthers
        case comparing
        case looking(PublishedEvent)
        case lookingForFirst(PublishedEvent)
        case reopening(from: Int64)
        case dropping
        case claiming
        case lookingUp(Look)
        case verifying(Look)
        case publishing
        case marking
        case settingAside
        case awaitingRecords
        case resting(until: Instant)
    }

    /// The search for events that may already be on the bus.
    private struct Look {
        let ids: Set<String>
        let start: Int64
        var found: [String: Int64]
        var through: Int64

        /// The last event found.
        var last: (id: String, sequence: Int64)? { found.max { $0.value < $1.value }.map { ($0.key, $0.value) } }
    }

    private var phase = Phase.locating
    private var askedAt: Instant?
    private var random: any RandomNumberGenerator & Sendable

    private var position = BusPosition(identity: "", sequence: 0)
    /// The bus on which the groups were declared.
    private var declaredOn: String?

    private var check = LossCheck()
    private var mustCheck = true
    private var nextCheck: Instant?
    private var nextDrop: Instant?
    /// Counts of records that were reopened and are not all processed yet.
    private var recovery: (reopened: Int, missing: Int)?

    private var fence: Int64 = 0
    private var leaseEnd: Instant?
    /// The IDs of events that are certainly not on the bus, as long as ``fence`` is valid.
    private var absent: Set<String> = []
    /// An index of events on the bus. Discarded after a failure, when ``fence`` changes, and when no more records are pending.
    private var index: EventIndex?
    /// Whether the last batch was full, so that more records are probably pending.
    private(set) var isFullBatch = false
    private var unpublished: [OutboxRecord] = []
    private var acknowledged: [PublishedRecord] = []
    private var tooLarge: [(record: OutboxRecord, reason: String)] = []
    private var firstError: ShippyError?

    private var outage = Outage(base: .milliseconds(100), cap: .milliseconds(500))
    private var notes: [RelayNote] = []

    package init(random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()) {
        self.random = random
    }

    /// The fence of the lease to release at the end, if any.
    package var heldFence: Int64? { fence > 0 ? fence : nil }

    package mutating func takeNotes() -> [RelayNote] {
        defer { notes = [] }
        return notes
    }

    // MARK: Steps

    package mutating func next(at now: Instant) -> RelayStep {
        askedAt = now
        switch phase {
        case .locating: return .locate
        case .declaring: return .declareGroups
        case .reopeningOthers: return .reopenOthers(than: position.identity)
        case .comparing: return .lastPublished
        case .looking(let event): return .eventID(at: event.position.sequence)
        case .lookingForFirst: return .firstSequence
        case .reopening(let sequence): return .reopen(from: BusPosition(identity: position.identity, sequence: sequence))
        case .dropping: return .dropPublished
        case .claiming: return .claim(position)
        case .lookingUp(let look): return .listIDs(after: look.through)
        case .verifying(let look): return .eventID(at: look.last!.sequence)
        case .publishing:
            guard let leaseEnd, now < leaseEnd else { return claimAgain() }
            absent.subtract(unpublished.map(\.event.id))
            return .publish(unpublished.map(\.event))
        case .marking: return .mark(acknowledged, identity: position.identity, fence: fence)
        case .settingAside:
            let (record, reason) = tooLarge[tooLarge.count - 1]
            return .setAside(position: record.position, reason: reason, fence: fence)
        case .awaitingRecords:
            return .awaitRecords(upTo: min(Self.checkInterval, nextCheck.map { max(.milliseconds(20), now.duration(to: $0)) } ?? Self.checkInterval))
        case .resting(let end): return .rest(max(.zero, now.duration(to: end)))
        }
    }

    /// Handles a search that took longer than the lease. Its results are marked first, so that the next search is shorter.
    private mutating func claimAgain() -> RelayStep {
        guard !acknowledged.isEmpty else {
            phase = .claiming
            return .claim(position)
        }
        unpublished = []
        isFullBatch = true
        phase = .comparing
        return .lastPublished
    }

    // MARK: Results

    package mutating func take(_ answer: RelayAnswer, at now: Instant) {
        if case .failed(let error) = answer { return fail(error, at: now) }
        switch (phase, answer) {
        case (.locating, .located(let position)): located(position, at: now)
        case (.declaring, _):
            declaredOn = position.identity
            phase = .reopeningOthers
        case (.reopeningOthers, .reopened(let count)):
            reopened(count)
            phase = .comparing
        case (.comparing, .lastPublished(let event)): compare(event, at: now)
        case (.looking(let event), .eventID(let id)):
            if id == nil { phase = .lookingForFirst(event) } else { judge(event, id: id, first: nil, at: now) }
        case (.lookingForFirst(let event), .firstSequence(let first)): judge(event, id: nil, first: first, at: now)
        case (.reopening, .reopened(let count)):
            reopened(count)
            phase = .comparing
        case (.dropping, _): phase = .claiming
        case (.claiming, .claimed(let claim)): claimed(claim, at: now)
        case (.lookingUp(let look), .listed(let ids)): listed(ids, for: look, at: now)
        case (.verifying(let look), .eventID(let id)): verified(id, look)
        case (.publishing, .published(let results)): published(results, at: now)
        case (.marking, .written(let isHeld)):
            guard isHeld else { return loseLease(acknowledged.count) }
            acknowledged = []
            continueBatch(at: now)
        case (.settingAside, .written(let isHeld)):
            guard isHeld else { return loseLease(tooLarge.count) }
            let (record, reason) = tooLarge.removeLast()
            notes.append(.setAside(record.event, reason: reason))
            continueBatch(at: now)
        case (.awaitingRecords, _), (.resting, _): phase = .locating
        default: preconditionFailure("\(answer) answers another step")
        }
    }

    private mutating func fail(_ error: ShippyError, at now: Instant) {
        if outage.fail() { notes.append(.failing(error)) }
        mustCheck = true
        index = nil
        endBatch()
        phase = .resting(until: now + outage.pause(using: &random))
    }

    private mutating func succeed() {
        if outage.end() { notes.append(.back) }
    }

    private mutating func endBatch() {
        unpublished = []
        acknowledged = []
        tooLarge = []
        firstError = nil
    }

    // MARK: Checking for loss

    private mutating func located(_ position: BusPosition, at now: Instant) {
        if position.identity != self.position.identity { index = nil }
        self.position = position
        if declaredOn != position.identity {
            phase = .declaring
        } else if mustCheck || check.isOpen || nextCheck.map({ now >= $0 }) ?? true {
            phase = .comparing
        } else {
            goOn(at: now)
        }
    }

    private mutating func compare(_ event: PublishedEvent?, at now: Instant) {
        guard let event else { return checked(at: now) }
        if event.position.identity != position.identity {
            phase = .reopeningOthers
        } else {
            phase = .looking(event)
        }
    }

    private mutating func judge(_ event: PublishedEvent, id: String?, first: Int64?, at now: Instant) {
        switch check.judge(event, id: id, first: first, last: position.sequence, at: now) {
        case .intact: checked(at: now)
        case .unclear:
            // Acknowledged records stay pending. Their events are found on the bus later.
            endBatch()
            index = nil
            phase = .resting(until: now + LossCheck.lookInterval)
        case .lost(let sequence):
            index = nil
            phase = .reopening(from: sequence)
        }
    }

    private mutating func checked(at now: Instant) {
        check = LossCheck()
        mustCheck = false
        nextCheck = now + Self.checkInterval
        if acknowledged.isEmpty { goOn(at: now) } else { phase = .marking }
    }

    /// Continues after the bus was found complete, now or a few seconds ago.
    private mutating func goOn(at now: Instant) {
        guard now >= nextDrop ?? now else {
            phase = .claiming
            return
        }
        nextDrop = now + Self.dropInterval
        phase = .dropping
    }

    private mutating func reopened(_ count: Int) {
        guard count > 0 else { return }
        recovery = ((recovery?.reopened ?? 0) + count, recovery?.missing ?? 0)
    }

    // MARK: A batch

    private mutating func claimed(_ claim: OutboxClaim, at now: Instant) {
        endBatch()
        guard !claim.records.isEmpty else {
            isFullBatch = false
            return finishRound()
        }
        if claim.fence != fence { forgetBus() }
        fence = claim.fence
        leaseEnd = askedAt.map { $0 + Self.lease - Self.margin }
        isFullBatch = claim.records.count >= Self.batchLimit
        unpublished = claim.records
        var ids: Set<String> = []
        var start = position.sequence
        for record in claim.records {
            guard let offeredAt = record.offeredAt else {
                absent.insert(record.event.id)
                continue
            }
            guard !absent.contains(record.event.id) else { continue }
            ids.insert(record.event.id)
            // A position on another bus, or one that this bus has not reached, is of no use.
            let isBehind = offeredAt.identity == position.identity && offeredAt.sequence <= position.sequence
            start = min(start, isBehind ? offeredAt.sequence : 0)
        }
        guard !ids.isEmpty else {
            phase = .publishing
            return
        }
        lookUp(ids, after: start)
    }

    private mutating func lookUp(_ ids: Set<String>, after start: Int64) {
        let index = index.flatMap { $0.start <= start ? $0 : nil } ?? EventIndex(after: start)
        self.index = index
        phase = .lookingUp(Look(ids: ids, start: start, found: index.sequences(of: ids), through: index.through))
    }

    private mutating func listed(_ ids: EventIDs, for look: Look, at now: Instant) {
        index?.add(ids)
        var look = look
        look.through = ids.through
        for (id, sequence) in ids.sequences where look.ids.contains(id) { look.found[id] = min(sequence, look.found[id] ?? .max) }
        if ids.isEnd {
            if look.found.isEmpty { found([:], of: look.ids) } else { phase = .verifying(look) }
        } else if index?.isFull == false, let leaseEnd, now > leaseEnd - Self.lease / 2 {
            // Extends the lease, and then continues the search.
            phase = .claiming
        } else {
            phase = .lookingUp(look)
        }
    }

    /// Checks that the bus still has the last event found. Otherwise it lost its end after the search, and may have been filled
    /// again.
    private mutating func verified(_ id: String?, _ look: Look) {
        if id == look.last?.id { return found(look.found, of: look.ids) }
        index = nil
        lookUp(look.ids, after: look.start)
    }

    private mutating func found(_ sequences: [String: Int64], of ids: Set<String>) {
        var present: [PublishedRecord] = []
        unpublished.removeAll { record in
            guard let sequence = sequences[record.event.id] else { return false }
            present.append(PublishedRecord(position: record.position, sequence: sequence))
            return true
        }
        absent.formUnion(ids.subtracting(sequences.keys))
        recovery?.missing += ids.count - present.count
        acknowledged = present
        if !present.isEmpty { notes.append(.foundOnBus(count: present.count)) }
        phase = unpublished.isEmpty ? .comparing : .publishing
    }

    private mutating func published(_ results: [Result<PublishReceipt, ShippyError>], at now: Instant) {
        precondition(results.count == unpublished.count, "a publish gives one result for each event")
        for (record, result) in zip(unpublished, results) {
            switch result {
            case .success(let receipt):
                acknowledged.append(PublishedRecord(position: record.position, sequence: receipt.sequence))
                index?.pass(receipt.sequence)
                notes.append(.published(record.event, receipt))
            case .failure(let error) where error.code == .tooLarge: tooLarge.append((record, error.message))
            case .failure(let error): firstError = firstError ?? error
            }
        }
        unpublished = []
        if acknowledged.isEmpty { continueBatch(at: now) } else { phase = .comparing }
    }

    /// Processes the rest of the batch.
    private mutating func continueBatch(at now: Instant) {
        if !tooLarge.isEmpty {
            phase = .settingAside
        } else if let firstError {
            fail(firstError, at: now)
        } else {
            finishRound()
        }
    }

    private mutating func finishRound() {
        succeed()
        endBatch()
        if isFullBatch {
            phase = .locating
            return
        }
        // After a failure, some records may have been counted twice.
        if let recovery {
            let missing = min(recovery.missing, recovery.reopened)
            notes.append(missing > 0 ? .lost(missing: missing, reopened: recovery.reopened) : .searched(reopened: recovery.reopened))
        }
        recovery = nil
        index = nil
        phase = .awaitingRecords
    }

    /// Discards all knowledge of the bus: another relay may have published events since.
    private mutating func forgetBus() {
        absent = []
        index = nil
    }

    private mutating func loseLease(_ count: Int) {
        notes.append(.leaseLost(count: count))
        fence = 0
        forgetBus()
        endBatch()
        phase = .locating
    }
}
