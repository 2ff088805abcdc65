import GRDB
import ShippyCore

/// Publishes into the log in the same file: the commit that stores a user also publishes its event.
struct LogSink: EventSink {
    private let signal: ChangeSignal
    private let groups: [ConsumerConfiguration]

    init(_ database: EmbeddedDatabase, groups: [ConsumerConfiguration]) throws {
        signal = try database.signal(.events)
        self.groups = groups
    }

    func append(_ events: [OutgoingEvent], _ db: Database) throws -> Int64? {
        for group in groups { try EventLog.declare(group, db) }
        var log = try EventLog(db)
        let first = log.lastSequence + 1
        for event in events { _ = try log.append(event) }
        try log.save()
        return first
    }

    func wake() { signal.raise() }
}
