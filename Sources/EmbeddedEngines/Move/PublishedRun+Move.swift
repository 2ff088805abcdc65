import GRDB
import ShippyCore

/// A run as the records that are in it.
extension PublishedRun {
    private struct Stored {
        let first: Int64
        let last: Int64
        let identity: String
        let publishedAt: Int64
        let firstSequence: Int64
        let lastSequence: Int64
        /// Whether the bus has the records one after another, without anything in between.
        let isDense: Bool

        init(_ row: Row) {
            (first, last, identity, publishedAt, firstSequence, lastSequence) = (row[0], row[1], row[2], row[3], row[4], row[5])
            isDense = lastSequence - firstSequence == last - first && row[6] == last
        }

        func sequence(of position: Int64) -> Int64 { isDense ? firstSequence + position - first : lastSequence }
    }

    static func page(after position: Int64?, limit: Int, _ db: Database) throws -> MovedPage {
        let positions = try Int64.fetchAll(
            db, sql: "SELECT position FROM outbox WHERE position > ? AND NOT (\(SQLiteOutbox.isPending)) ORDER BY position LIMIT ?",
            arguments: [position ?? .min, limit])
        guard let first = positions.first, let last = positions.last else { return MovedPage(.published) }
        let runs = try Row.fetchAll(
            db,
            sql: """
                SELECT first_position, last_position, identity, published_at, first_sequence, last_sequence, last_sequence_position
                FROM outbox_runs WHERE last_position >= ? AND first_position <= ? ORDER BY first_position
                """, arguments: [first, last]
        ).map(Stored.init)
        var page = MovedPage(.published)
        var next = 0
        for position in positions {
            while next < runs.count, runs[next].last < position { next += 1 }
            // Every record that is not pending is in a run.
            guard next < runs.count, runs[next].first <= position else { continue }
            let run = runs[next]
            page.values += [.integer(position), .text(run.identity), .integer(run.sequence(of: position)), .integer(run.publishedAt)]
        }
        return page
    }

    /// Writes runs that are dense, so that nothing of a record is lost.
    static func write(_ page: MovedPage, _ db: Database) throws {
        var open: (run: PublishedRun, identity: String, at: Int64, position: Int64, sequence: Int64)?
        func close() throws {
            if let open { try open.run.insert(identity: open.identity, at: EngineTime(milliseconds: open.at), db) }
        }
        for index in 0..<page.count {
            let row = Array(page[index])
            guard let position = row[0].integer, let identity = row[1].text, let sequence = row[2].integer, let at = row[3].integer else { continue }
            if let last = open, last.identity == identity, last.at == at, last.position + 1 == position, last.sequence + 1 == sequence {
                open!.run.add(position, sequence)
                (open!.position, open!.sequence) = (position, sequence)
            } else {
                try close()
                open = (PublishedRun(position, sequence), identity, at, position, sequence)
            }
        }
        try close()
    }
}
