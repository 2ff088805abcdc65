/// The methods that every engine has.
///
/// Two rules hold for every engine. Leases are timed by one clock that all users of the engine share and that is never set back,
/// not by the wall clock of the caller. And every lease is unique: a write under a lease that has been taken over is refused.
package protocol Engine: Sendable {
    /// Checks that the engine can be read from and written to.
    /// - Returns: engine and version, such as `SQLite 3.40.1`.
    /// - Throws: ``ShippyError`` `.unavailable` with the reason when it cannot be used.
    func probe() async throws -> String

    /// Writes about as much as a call of the users service, and removes it again. Called after a real write has failed, to find
    /// out whether the next one would fail, too: ``probe()`` writes too little to notice a full disk.
    /// - Returns: false when the engine cannot write anything invisible to users. Then only the next real write can tell.
    /// - Throws: the error that a real write would fail with.
    func tryWriting() async throws -> Bool

    /// Deletes data past its retention, in short steps. Any number of processes may call it from time to time.
    func maintain() async throws

    /// Stops background work and closes files and connections. No method may be called afterwards.
    func close() async
}

extension Engine {
    package func tryWriting() async throws -> Bool { false }
}
