import Foundation
import ShippyBackup
import ShippyCore

/// A backup to read, from a file or standard input.
final class BackupInput: Sendable {
    /// For messages.
    let name: String
    private let input: InterruptibleInput

    /// - Throws: ``ShippyError`` `.notFound` for a file that cannot be opened, `.usage` for a terminal.
    init(_ path: String) throws {
        if path == "-" {
            guard isatty(STDIN_FILENO) == 0 else {
                throw ShippyError(.usage, "standard input is a terminal: name the file of the backup, or pipe it into this command")
            }
            (name, input) = ("the backup", try InterruptibleInput())
        } else {
            name = path.visiblyEscaped(limit: 200)
            do {
                input = try InterruptibleInput(path: path)
            } catch let error as ShippyError {
                throw ShippyError(.notFound, "cannot open \(path.quoted(limit: 200)): \(error.message)")
            }
        }
    }

    /// Reads the manifest. Blocks the thread, as does the reader.
    /// - Throws: ``ShippyError`` `.invalid` for what is no backup, or one that this program cannot restore.
    func reader(_ work: StoppableWork) throws -> BackupReader {
        let reader = try BackupReader(name: name) { [name, input] limit in
            try work.check()
            do {
                return try input.read(atMost: limit)
            } catch let error as ShippyError {
                throw ShippyError(error.code, "cannot read \(name): \(error.message)")
            }
        }
        let manifest = reader.manifest
        guard manifest.store == "sqlite", manifest.bus == "embedded", manifest.parts.map(\.name) == [BackupRun.part] else {
            throw BackupFault.damaged(name, "it holds something else than a data directory")
        }
        return reader
    }

    /// Ends a wait for input.
    func interrupt() { input.interrupt() }
}
