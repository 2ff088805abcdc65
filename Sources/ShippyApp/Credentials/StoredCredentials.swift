import Foundation
import ShippyConfiguration
import ShippyCore

/// The credentials in the contexts file that are kept for one context, or one data directory.
struct StoredCredentials: Sendable {
    let file: ContextFile
    let holder: CredentialsHolder
    /// How long to wait for other processes that change a login: longer than a refresh takes, with all its attempts.
    var patience = Duration.seconds(30)

    private let queue = BlockingQueue("credentials")

    init(file: ContextFile, holder: CredentialsHolder) {
        self.file = file
        self.holder = holder
    }

    /// - Returns: empty ones if there are none.
    /// - Throws: as ``ContextFile/load()``.
    func load() async throws -> Credentials {
        try await queue.run { try file.load().credentials(of: holder) }
    }

    /// Changes the login. `change` gets the present one and returns the next; nil removes it. It may wait for a service: of all
    /// processes that change logins, one does at a time. When this returns, the next one is on disk.
    ///
    /// - Throws: what `change` throws, and then nothing has changed; ``ShippyError`` `.unavailable` if others have been changing
    ///   logins for too long; as ``ContextFile/change(_:)``.
    @discardableResult
    func updateLogin(_ change: (StoredLogin?) async throws -> StoredLogin?) async throws -> StoredLogin? {
        // Not the lock of the file itself, which nobody may hold for as long as a call takes.
        let lockFile = "\(file.path).login-lock"
        try await queue.run {
            try PrivateFile.prepareDirectory((file.path as NSString).deletingLastPathComponent)
            try PrivateFile.prepareFile(lockFile)
        }
        let lock = try await FileLock.take(
            lockFile, within: patience,
            busy: "\(lockFile) has been locked for \(Int(patience.seconds)) s: another shippy command is still logging in; try again")
        defer { extendLifetime(lock) }
        // Read under the lock: another process may have changed it since.
        let login = StoredLogin(try await load())
        let next = try await change(login)
        if next != login {
            try await queue.run {
                try file.change { try $0.setCredentials($0.credentials(of: holder).with(next), of: holder) }
            }
        }
        return next
    }
}
