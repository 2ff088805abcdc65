/// Who may hash next: the waiting jobs of a ``PasswordHasher``, without threads.
///
/// There is one queue with a limit, and it is shared fairly:
/// - The lanes take turns, so that creations, logins, and logins from a familiar address each get a third of the threads' time
///   while all three wait, and all of it while the others do not.
/// - Within a lane, the address goes next whose last turn was the longest ago. So one that has not had a turn lately does not wait
///   behind the many jobs of another one, but only behind others that are as new. Those of one address keep their order.
/// - When all places are taken, a job displaces the last one of the address that has the most, in the lane that has the most; among
///   equals, of the one that had a turn last. The displaced caller is told to try again later. A job is refused only if its own
///   address has as many as any other, and would not go before them.
struct HashQueue<Job> {
    enum Lane: Hashable {
        case creation
        case login
        /// A login from an address that has logged in to the account before: strangers, however many, cannot delay it.
        case familiarLogin
    }

    /// The jobs that share a turn. Callers without an address share one.
    struct Share: Hashable {
        var lane: Lane
        var network: ClientAddress?
    }

    enum Outcome {
        /// - Parameter displaced: the job that lost its place; the caller must answer it.
        case waiting(displaced: Job?)
        case full
    }

    private struct Place {
        var id: UInt64
        var share: Share
        var job: Job
    }

    /// The last turns of this many shares are known; a share without one goes first.
    private static var memory: Int { 256 }

    let limit: Int
    /// In the order of arrival.
    private var waiting: [Place] = []
    private var running = 0
    private var turn = 0
    private var laneTurns: [Lane: Int] = [:]
    private var shareTurns: [Share: Int] = [:]

    init(limit: Int) { self.limit = limit }

    /// Jobs that wait or run.
    var count: Int { waiting.count + running }
    var knownTurns: Int { shareTurns.count }

    /// - Parameter id: names the job for ``remove(_:)``.
    mutating func add(_ job: Job, id: UInt64, share: Share) -> Outcome {
        var displaced: Job?
        if count >= limit {
            guard let index = placeToGiveUp(for: share) else { return .full }
            displaced = waiting.remove(at: index).job
        }
        waiting.append(Place(id: id, share: share, job: job))
        return .waiting(displaced: displaced)
    }

    /// The place of the last job of the greediest share in the fullest lane, if giving it to `share` makes them more equal.
    private func placeToGiveUp(for share: Share) -> Int? {
        let lanes = Dictionary(waiting.map { ($0.share.lane, 1) }, uniquingKeysWith: +)
        guard let fullest = lanes.max(by: { $0.value < $1.value }) else { return nil }
        let lane = fullest.value >= (lanes[share.lane] ?? 0) + 2 ? fullest.key : share.lane
        let shares = Dictionary(waiting.filter { $0.share.lane == lane }.map { ($0.share, 1) }, uniquingKeysWith: +)
        let claims = shares.map { (share: $0.key, claim: ($0.value, shareTurns[$0.key] ?? 0)) }
        guard let greediest = claims.max(by: { $0.claim < $1.claim }) else { return nil }
        guard lane != share.lane || greediest.claim > ((shares[share] ?? 0) + 1, shareTurns[share] ?? 0) else { return nil }
        return waiting.lastIndex { $0.share == greediest.share }
    }

    /// The job to run now. Call ``finish()`` when it has ended.
    mutating func next() -> Job? {
        guard
            let lane = waiting.map(\.share.lane).min(by: { laneTurns[$0] ?? 0 < laneTurns[$1] ?? 0 }),
            let index = waiting.indices.filter({ waiting[$0].share.lane == lane }).min(by: {
                shareTurns[waiting[$0].share] ?? 0 < shareTurns[waiting[$1].share] ?? 0
            })
        else { return nil }
        let place = waiting.remove(at: index)
        turn += 1
        laneTurns[lane] = turn
        shareTurns[place.share] = turn
        if shareTurns.count > 2 * Self.memory { shareTurns = shareTurns.filter { $0.value > turn - Self.memory } }
        running += 1
        return place.job
    }

    mutating func finish() { running -= 1 }

    /// Takes a job out that nobody waits for any more; nil if it is running or has ended.
    mutating func remove(_ id: UInt64) -> Job? {
        waiting.firstIndex { $0.id == id }.map { waiting.remove(at: $0).job }
    }

    mutating func removeAll() -> [Job] {
        defer { waiting = [] }
        return waiting.map(\.job)
    }
}
