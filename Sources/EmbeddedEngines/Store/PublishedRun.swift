import GRDB

/// Consecutive records of the outbox that were marked together. They share a row.
struct PublishedRun {
    private let firstPosition: Int64
    private var lastPosition: Int64
    private var firstSequence: Int64
    private var lastSequence: Int64
    /// The position of the record with `lastSequence`, which the bus got last.
    private var lastSequencePosition: Int64

    init(_ position: Int64, _ sequence: Int64) {
        firstPosition = position
        lastPosition = position
        firstSequence = sequence
        lastSequence = sequence
        lastSequencePosition = position
    }

    mutating func add(_ position: Int64, _ sequence: Int64) {
        lastPosition = position
        firstSequence = min(firstSequence, sequence)
        if sequence > lastSequence { (lastSequence, lastSequencePosition) = (sequence, position) }
    }

    func insert(identity: String, at time: EngineTime, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO outbox_runs(
                    identity, first_position, last_position, first_sequence, last_sequence, last_sequence_position, published_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).run(
            [
                .text(identity), .integer(firstPosition), .integer(lastPosition), .integer(firstSequence), .integer(lastSequence),
                .integer(lastSequencePosition), .integer(time.milliseconds),
            ], in: db)
    }
}
