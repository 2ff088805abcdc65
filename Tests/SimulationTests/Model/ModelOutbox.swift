import ShippyCore

/// An outbox in memory that keeps to its contract.
final class ModelOutbox {
    private struct Record {
        var event: OutgoingEvent
        var offeredAt: BusPosition?
        var published: BusPosition?
        /// The order in which records were marked.
        var markedAs = 0
    }

    private let flaw: Flaw?
    private var records: [Int64: Record] = [:]
    private var pending: Set<Int64> = []
    private var lastPosition: Int64 = 0
    private var publishedThrough: Int64 = 0
    private var fence: Int64 = 0
    private var holder: String?
    private var leaseEnd = 0
    private var marks = 0

    init(flaw: Flaw?) {
        self.flaw = flaw
    }

    var pendingCount: Int { pending.count }

    func add(_ event: OutgoingEvent) {
        if flaw == .marksWithoutFence { lastPosition = records.keys.max() ?? 0 }
        lastPosition += 1
        records[lastPosition] = Record(event: event)
        if flaw != .marksWithoutFence || lastPosition > publishedThrough { pending.insert(lastPosition) }
    }

    func claim(limit: Int, owner: String, leaseMilliseconds: Int, at position: BusPosition, now: Int) -> OutboxClaim {
        guard !pending.isEmpty else { return .none }
        if let holder, holder != owner, leaseEnd > now { return .none }
        if holder != owner || leaseEnd <= now { fence += 1 }
        (holder, leaseEnd) = (owner, now + leaseMilliseconds)
        let chosen = pending.sorted().prefix(limit)
        let claimed = chosen.map { OutboxRecord(position: $0, event: records[$0]!.event, offeredAt: records[$0]!.offeredAt) }
        for place in chosen where records[place]!.offeredAt == nil { records[place]!.offeredAt = position }
        return OutboxClaim(fence: fence, records: claimed)
    }

    func mark(_ published: [PublishedRecord], on identity: String, fence: Int64) -> Bool {
        if flaw == .marksWithoutFence {
            markWithoutFence(published, on: identity)
            return true
        }
        guard fence == self.fence else { return false }
        for item in published { mark(item, on: identity) }
        return true
    }

    private func mark(_ item: PublishedRecord, on identity: String) {
        guard records[item.position] != nil else { return }
        marks += 1
        records[item.position]!.published = BusPosition(identity: identity, sequence: item.sequence)
        records[item.position]!.markedAs = marks
        pending.remove(item.position)
    }

    /// A batch whose records are not all pending is deleted row by row.
    private func markWithoutFence(_ published: [PublishedRecord], on identity: String) {
        guard published.allSatisfy({ pending.contains($0.position) }) else {
            for item in published { (records[item.position], _) = (nil, pending.remove(item.position)) }
            return
        }
        for item in published {
            mark(item, on: identity)
            publishedThrough = max(publishedThrough, item.position)
        }
    }

    func release(fence: Int64) {
        if fence == self.fence { holder = nil }
    }

    func lastPublished() -> PublishedEvent? {
        let kept = records.values.filter { $0.published != nil }
        guard let latest = kept.max(by: { $0.markedAs < $1.markedAs })?.published?.identity else { return nil }
        return kept.filter { $0.published?.identity == latest }.max { $0.published!.sequence < $1.published!.sequence }
            .map { PublishedEvent(id: $0.event.id, position: $0.published!) }
    }

    func reopen(from position: BusPosition) -> Int {
        reopen { $0.identity != position.identity || $0.sequence >= position.sequence }
    }

    func reopen(exceptOn identity: String) -> Int {
        reopen { $0.identity != identity }
    }

    private func reopen(where isLost: (BusPosition) -> Bool) -> Int {
        var count = 0
        for (place, record) in records {
            guard let published = record.published, isLost(published) else { continue }
            records[place]!.published = nil
            pending.insert(place)
            count += 1
        }
        if count > 0 { (holder, fence) = (nil, fence + 1) }
        return count
    }
}
