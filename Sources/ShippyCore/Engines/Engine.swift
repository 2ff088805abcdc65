/// What every engine can say about itself.
///
/// Two rules hold for every engine. A lease is counted by one clock that all its users share and that nobody sets back, never
/// by the wall clock of whoever asks. And no two leases are the same: what is written under one that somebody else has taken
/// over is refused.
package protocol Engine: Sendable {
    /// Engine and version, such as `SQLite 3.40.1`; asking is a probe of whether it can be used.
    /// - Throws: ``ShippyError`` `.unavailable` with the reason when it cannot be read from and written to.
    func probe() async throws -> String

    /// Writes about as much as a call of users takes, and takes it away again: asked when a real write has failed, to find out whether
    /// the next one would. A probe writes too little to notice a full disk.
    /// - Returns: false where the engine has nothing to write that nobody would see; then only the next real write can tell.
    /// - Throws: what a real write would fail with.
    func tryWriting() async throws -> Bool

    /// Drops what is past its retention, in short steps. To be called now and then, by any number of processes.
    func maintain() async throws

    /// Ends what runs in the background and closes files and connections. Nothing may be called afterwards.
    func close() async
}

extension Engine {
    package func tryWriting() async throws -> Bool { false }
}
