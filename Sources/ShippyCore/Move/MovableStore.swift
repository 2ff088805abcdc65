/// A store that can be moved into another one, whatever the engine of either.
///
/// The source is *fenced*: from then on nobody can change anything that moves, not even a program of an earlier release, until the move is
/// abandoned. Before that, it may be *followed*: it is in use, and notes the key of every row of ``MovedTable/followed`` that changes.
/// Either way pages can be read at any time, and a move that was interrupted goes on where it was. A target takes part in one move only,
/// and had no rows before it.
///
/// Engines know nothing of each other: both speak in ``MovedTable`` and ``MovedPage``.
package protocol MovableStore: Sendable {
    /// The move that this store has part in, or had; nil if there was none.
    func moveRecord() async throws -> MoveRecord?

    /// The store's clock, in milliseconds.
    func clockTime() async throws -> Int64

    /// How long it takes until every lease of a mail or of the outbox has ended at the latest; nil if nobody has one.
    func timeUntilUnheld() async throws -> Duration?

    func rowCount(of table: MovedTable) async throws -> Int

    /// The highest key; nil without rows.
    func lastKey(of table: MovedTable) async throws -> [MovedValue]?

    /// The rows after a key, in the order of keys: about `limit`, and none only at the end.
    func page(of table: MovedTable, after key: [MovedValue]?, limit: Int) async throws -> MovedPage

    /// Writes rows in one transaction. Pages come in the order of keys, and tables in that of ``MovedTable/all``.
    ///
    /// - Parameter keepsOthers: whether a row is left out that collides with another one, such as one with the same e-mail address. The
    ///   source is in use, so one of both has changed since, and there is a note of it. Otherwise rows with these keys are replaced.
    func write(_ page: MovedPage, to table: MovedTable, keepingOthers keepsOthers: Bool) async throws

    /// Begins to note changes, in one transaction with the record.
    func follow(_ record: MoveRecord) async throws

    /// The oldest notes, in no particular order.
    func notes(limit: Int) async throws -> [MoveNote]

    /// Removes notes.
    func forget(_ notes: [MoveNote]) async throws

    /// The rows that have these keys now, in any order.
    func rows(of table: MovedTable, keys: [MoveNote]) async throws -> MovedPage

    /// Removes rows, then writes others as above, in one transaction.
    func replace(_ removed: [MoveNote], by page: MovedPage, in table: MovedTable, keepingOthers keepsOthers: Bool) async throws

    /// Fences the store, and says why, in one transaction; or takes the next phase of the same move. No more changes are noted; the notes
    /// stay.
    func fence(_ record: MoveRecord) async throws

    /// Notes that a move fills the store, or has filled it.
    ///
    /// - Throws: ``ShippyError`` `.conflict` if it has rows that no move with this ID has written.
    func fill(_ record: MoveRecord) async throws

    /// Forgets the move. A source is as before it, and a target is empty again.
    func abandonMove() async throws

    func close() async
}
