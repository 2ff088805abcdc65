package import ShippyCore

/// The bus's part of a move: its events, and where its consumers are. The services are stopped.
package protocol BusMove: Sendable {
    /// What would move. It refuses a target with events from elsewhere, and writes nothing.
    func plan() async throws -> [MovedRows]

    /// Fences the bus and copies it to its end, and checks the copy. It goes on where the same move was interrupted.
    ///
    /// - Parameter id: the store's move's; nil if only the bus moves.
    /// - Returns: how positions on the old stream continue on the new one.
    func run(move id: String?, progress: MoveProgress) async throws -> (stream: MovedStream, rows: [MovedRows])

    /// Notes on both sides that the move is done: the old bus says from now on where it went.
    func finish(move id: String?) async throws

    /// Takes the fence away, and empties the target.
    func abandon() async throws
}
