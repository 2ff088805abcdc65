import EmbeddedEngines
import Foundation
import ShippyBackup
import ShippyCore

/// Writes a backup of an embedded database.
struct BackupRun: Sendable {
    enum Target: Sendable {
        case standardOutput
        case file(String, replaces: Bool)

        init(_ path: String, replaces: Bool) {
            self = path == "-" ? .standardOutput : .file(path, replaces: replaces)
        }
    }

    /// The name of the part with the database.
    static let part = "shippy.db"
    /// Services come first where the processor is busy, and the backup still gets a quarter of one.
    private static let niceness: Int32 = 5

    let database: String
    let target: Target

    /// What a backup made now would hold.
    func plan() async throws -> ShownBackup {
        try await StoppableWork.run("backup") { _ in
            try check()
            let content = try DatabaseImage.content(of: database)
            return ShownBackup(file: name, manifest: manifest(content, at: .now), bytes: nil)
        }
    }

    /// Runs until the backup is complete and, unless it goes to standard output, on disk.
    func run() async throws -> ShownBackup {
        try await StoppableWork.run("backup") { work in
            // Of this thread only.
            setpriority(Int32(PRIO_PROCESS.rawValue), 0, Self.niceness)
            return try write(work)
        }
    }

    private var name: String {
        switch target {
        case .standardOutput: "-"
        case .file(let path, _): path
        }
    }

    private func check() throws {
        switch target {
        case .standardOutput:
            guard !StandardOutput.isTerminal else {
                throw ShippyError(.usage, "a backup cannot be shown on a terminal: name a file, or pipe it into another program")
            }
        case .file(let path, let replaces): try NewFile.check(path, replaces: replaces)
        }
    }

    private func write(_ work: StoppableWork) throws -> ShownBackup {
        try check()
        let now = Timestamp.now
        var copying = ProgressBar(label: "copying")
        let image = try DatabaseImage.make(of: database, in: imageDirectory) { fraction in
            try work.check()
            copying.show(fraction)
        }
        copying.clear()
        let manifest = manifest(image.content, at: now)
        var count: Int64 = 0
        switch target {
        case .standardOutput:
            try StandardOutput.makePrivate()
            do {
                try pack(image, manifest, work) { bytes in
                    try StandardOutput.write(bytes, whileWaiting: work.check)
                    count += Int64(bytes.count)
                }
            } catch is OutputClosed {
                // Not the quiet end of other commands: somebody relies on it.
                throw ShippyError(.failed, "the backup is incomplete: the program that reads it has ended")
            }
        case .file(let path, let replaces):
            let file = try NewFile(path, replaces: replaces)
            try pack(image, manifest, work) { bytes in
                try file.write(bytes)
                count += Int64(bytes.count)
            }
            try file.finish()
        }
        return ShownBackup(file: name, manifest: manifest, bytes: count)
    }

    private var imageDirectory: String {
        switch target {
        case .standardOutput: (database as NSString).deletingLastPathComponent
        case .file(let path, _): (path.absolutePath as NSString).deletingLastPathComponent
        }
    }

    private func manifest(_ content: DatabaseImage.Content, at time: Timestamp) -> BackupManifest {
        BackupManifest(
            shippy: Version.number, createdAt: time, store: "sqlite", bus: "embedded", schema: content.schema,
            counts: BackupManifest.Counts(content.counts), parts: [BackupManifest.Part(name: Self.part, size: content.size)])
    }

    private func pack(
        _ image: DatabaseImage, _ manifest: BackupManifest, _ work: StoppableWork, to sink: @escaping (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let writer = try BackupWriter(manifest, to: sink)
        var packing = ProgressBar(label: "packing")
        var done: Int64 = 0
        try writer.writePart { pass in
            try image.read { bytes in
                try work.check()
                try pass(bytes)
                done += Int64(bytes.count)
                packing.show(Double(done) / Double(image.content.size))
            }
        }
        try writer.finish()
        packing.clear()
    }
}

extension BackupManifest.Counts {
    init(_ counts: DatabaseImage.Counts) {
        self.init(
            users: counts.users, events: counts.events,
            mails: Dictionary(uniqueKeysWithValues: counts.mails.map { ($0.key.rawValue, $0.value) }), sessions: counts.sessions,
            tokens: counts.tokens, auditEntries: counts.auditEntries)
    }
}
