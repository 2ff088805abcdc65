import Foundation
import ShippyCore

/// The file of contexts and credentials, which only its owner can read: mode 0600, in a directory that was made with mode 0700.
///
/// Processes may change it at the same time: no change is lost, and a crash or a power cut leaves the file as it was before or
/// after the change. Reading and changing block this thread.
package struct ContextFile: Hashable, Sendable {
    /// More than anyone's contexts.
    private static let limit = 1 << 20
    private static let patience = Duration.seconds(5)

    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// The user's file: `$XDG_CONFIG_HOME/shippy/contexts.yaml`, by default in `~/.config`.
    package init(environment: [String: String]) {
        // The specification ignores a relative path.
        let named = environment["XDG_CONFIG_HOME"].nonEmpty.flatMap { $0.hasPrefix("/") ? $0 : nil }
        self.init(path: "\(named ?? "\(environment["HOME"].nonEmpty ?? NSHomeDirectory())/.config")/shippy/contexts.yaml")
    }

    private var directory: String { (path as NSString).deletingLastPathComponent }

    /// - Returns: the content; no contexts if there is no file, or its directory cannot be entered.
    /// - Throws: ``ShippyError`` `.denied` for a file that others can read or replace, `.usage` for one that cannot be parsed.
    package func load() throws -> Contexts {
        guard access(directory, X_OK) == 0, let bytes = try PrivateFile.readSecrets(path, limit: Self.limit) else { return Contexts() }
        try PrivateFile.checkDirectory(directory)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ShippyError(.usage, "\(path.visiblyEscaped(limit: 200)): not valid UTF-8")
        }
        return try ContextsReader(path: path).read(text)
    }

    /// Changes the content, durably. `body` gets the newest content, and no other process changes it meanwhile, so it must not wait
    /// for anything.
    ///
    /// If `body` throws, nothing is changed.
    /// - Throws: the error of `body`; as ``load()``; ``ShippyError`` `.denied` for a directory that cannot be used, `.unavailable`
    ///   when another process has held the file's lock for 5 s or the disk is full.
    package func change<Value>(_ body: (inout Contexts) throws -> Value) throws -> Value {
        try PrivateFile.prepareDirectory(directory)
        let lockFile = "\(path).lock"
        try PrivateFile.prepareFile(lockFile)
        let lock = try FileLock(lockFile, within: Self.patience, busy: "\(path) is locked: another shippy has been changing it for 5 s")
        let before = try load()
        var contexts = before
        let value = try body(&contexts)
        if contexts != before { try PrivateFile.writeSecrets(Array(ContextsWriter.text(contexts).utf8), to: path) }
        extendLifetime(lock)
        return value
    }

    /// The names of all contexts, for completion in a shell: none if the file cannot be read.
    package var names: [String] { (try? load().all.map(\.name)) ?? [] }
}
