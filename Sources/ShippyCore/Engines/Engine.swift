/// The methods that every engine has.
///
/// Leases are timed by one monotonic clock, shared by all users of the engine, and never by the caller's wall clock. Every lease
/// is unique: a write under a lease that has been taken over is refused.
package protocol Engine: Sendable {
    /// Checks that the engine can be read from and written to.
    /// - Returns: engine and version, such as `SQLite 3.40.1`.
    /// - Throws: ``ShippyError`` `.unavailable` with the reason if the engine cannot be used.
    func probe() async throws -> String

    /// Writes about as much as a call of the users service does, and removes it again. Called after a real write has failed, to
    /// learn whether the next one would fail too: ``probe()`` writes too little to notice a full disk.
    /// - Returns: false if every write to the engine is visible to users. Then only the next real write can tell.
    /// - Throws: the error with which a real write would fail.
    func tryWriting() async throws -> Bool

    /// Looks for settings and states of the engine that endanger a promise, for `shippy doctor`. It changes nothing, and creates
    /// neither a stream nor a table.
    /// - Throws: ``ShippyError`` `.unavailable` with the reason if the engine cannot be asked.
    func examine() async throws -> EngineExamination

    /// Deletes data past its retention, in short steps. Any number of processes may call it from time to time.
    func maintain() async throws

    /// Stops background work and closes files and connections. No method may be called afterwards.
    func close() async
}

extension Engine {
    package func tryWriting() async throws -> Bool { false }

    /// An engine without settings of its own.
    package func examine() async throws -> EngineExamination { EngineExamination() }
}
