package import ShippyCore

/// A store in one SQLite file. Commits are on disk before anything is acknowledged.
package final class SQLiteStore: Store {
    let database: EmbeddedDatabase
    let events: any EventSink
    let ownOutbox: SQLiteOutbox?
    let mailSignal: ChangeSignal
    let retention: StoreRetention
    let creations: GatheredWrite<NewUser, Result<StoredUser, ShippyError>>
    let newMails: GatheredWrite<Mail, (id: String, isNew: Bool)>
    let refreshes: GatheredWrite<SessionRefresh, SessionRefresh.Outcome>

    /// - Parameters:
    ///   - destination: a log first gets the records that wait in the file's outbox: see ``EventDestination``.
    ///   - isMoving: whether it is opened for a move; nobody else may use a store that was moved, or is only partly there.
    /// - Throws: ``ShippyError`` when the file cannot be written; as ``MoveRecord/requireUsable()``.
    package init(
        _ database: EmbeddedDatabase, events destination: EventDestination = .outbox, retention: StoreRetention = StoreRetention(),
        isMoving: Bool = false
    ) throws {
        if !isMoving { try database.readWhileOpening { try StoreFence.record($0) }?.requireUsable() }
        self.retention = retention
        self.database = database
        mailSignal = try database.signal(.mail)
        switch destination {
        case .outbox:
            let outbox = try SQLiteOutbox(database, keeping: retention.publishedRecord)
            (ownOutbox, events) = (outbox, outbox)
        case .log(let groups, let takesOutbox):
            let log = try LogSink(database, groups: groups)
            (ownOutbox, events) = (nil, log)
            let hasMoved = try database.writeWhileOpening(
                if: { try SQLiteOutbox.hasRecords(fromOtherBuses: takesOutbox, $0) }, { try SQLiteOutbox.move(to: log, $0) })
            if hasMoved { log.wake() }
        }
        let clock = database.clock
        creations = database.gather(afterCommit: { [events] in events.wake() }) { [events] in
            try Self.insert($0, to: events, at: clock.now, $1)
        }
        newMails = database.gather(afterCommit: { [mailSignal] in mailSignal.raise() }) { try Self.enqueue($0, clock, $1) }
        refreshes = database.gather(afterCommit: {}) { try Self.refresh($0, clock, $1) }
        database.join()
    }

    /// - Parameter path: the database file; small files beside it carry the signals between processes.
    /// - Throws: as ``EmbeddedDatabase/init(main:takingOver:)``.
    package convenience init(
        path: String, events: EventDestination = .outbox, retention: StoreRetention = StoreRetention(), isMoving: Bool = false
    ) throws {
        try self.init(EmbeddedDatabase(main: path), events: events, retention: retention, isMoving: isMoving)
    }

    package var outbox: (any Outbox)? { ownOutbox }

    package var mailChanges: ChangeNotifier { mailSignal.notifier }

    package func probe() async throws -> String { try await database.probe() }

    package func examine() async throws -> EngineExamination { try await database.examine() }

    package func tryWriting() async throws -> Bool {
        try await database.tryWriting()
        return true
    }

    package func identity() async throws -> String { try await database.identity() }

    package func close() async { database.close() }
}
