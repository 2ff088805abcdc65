package import ShippyCore

/// What the overview learns of an engine.
package enum OverviewNews: Sendable {
    /// The store answers. `dead` are the newest mails that were given up, each with the time of its last attempt.
    case store(version: String, users: Int, mails: [Mail.State: Int], outbox: OutboxStatus, dead: [Overview.Problem])
    /// The bus answers. `dead` are open dead letters.
    case bus(version: String, BusStatus, dead: [Overview.Problem] = [])
    case away(OverviewEngine, reason: String)
}

package enum OverviewEngine: String, CaseIterable, Sendable {
    case store, bus, registry
}

/// The figures of the whole installation, and the problems that were seen since the panel was opened.
package struct Overview: Sendable {
    struct Engine: Hashable, Sendable {
        var version = ""
        var connection = Connection.loading
    }

    package struct Problem: Hashable, Sendable {
        package var at: Timestamp
        package var text: String

        package init(at: Timestamp, text: String) {
            self.at = at
            self.text = text
        }
    }

    private static let problemLimit = 50

    var isOpen = false
    private(set) var store = Engine()
    private(set) var bus = Engine()
    private(set) var users: Int?
    private(set) var mails: [Mail.State: Int]?
    private(set) var outbox: OutboxStatus?
    private(set) var busStatus: BusStatus?
    private var deadMails: [Problem] = []
    private var deadLetters: [Problem] = []
    var creations = CreationRate()
    /// Those that were seen since the panel was opened, the newest first.
    private var seen: [Problem] = []
    /// The newest first.
    var problems: [Problem] { (seen + deadMails + deadLetters).sorted { $0.at > $1.at } }

    mutating func receive(_ news: OverviewNews, _ now: Moment) {
        switch news {
        case .store(let version, let users, let mails, let outbox, let dead):
            store = Engine(version: version, connection: .live)
            (self.users, self.mails, self.outbox, deadMails) = (users, mails, outbox, dead)
        case .bus(let version, let status, let dead):
            bus = Engine(version: version, connection: .live)
            deadLetters = dead
            busStatus = status
        case .away(.store, let reason): lose(\.store, reason, now)
        case .away(.bus, let reason): lose(\.bus, reason, now)
        case .away(.registry, let reason): note(reason, now)
        }
    }

    private mutating func lose(_ path: WritableKeyPath<Overview, Engine>, _ reason: String, _ now: Moment) {
        if !self[keyPath: path].connection.isStale { note(reason, now) }
        self[keyPath: path].connection.lose(reason, at: now.seconds)
    }

    /// Remembers a problem.
    mutating func note(_ text: String, _ now: Moment) {
        seen.insert(Problem(at: now.wall, text: text), at: 0)
        if seen.count > Self.problemLimit { seen.removeLast() }
    }
}

/// How many users were created in each of the last seconds.
package struct CreationRate: Sendable {
    static let seconds = 300

    private var counts: [Int64: Int] = [:]

    /// Adds creations, by the second of their event.
    mutating func add(_ added: [Int64: Int], _ now: Timestamp) {
        counts.merge(added, uniquingKeysWith: +)
        let oldest = now.milliseconds / 1000 - Int64(Self.seconds)
        if counts.count > 2 * Self.seconds || added.keys.contains(where: { $0 < oldest }) { counts = counts.filter { $0.key >= oldest } }
    }

    /// The last whole seconds, the newest last.
    func last(_ count: Int, _ now: Timestamp) -> [Int] {
        let end = now.milliseconds / 1000
        return (0..<count).map { counts[end - Int64(count - $0)] ?? 0 }
    }

    func isQuiet(_ now: Timestamp) -> Bool {
        let oldest = now.milliseconds / 1000 - Int64(Self.seconds)
        return !counts.contains { $0.key >= oldest && $0.value > 0 }
    }
}
