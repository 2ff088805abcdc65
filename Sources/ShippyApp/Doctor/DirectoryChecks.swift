import Foundation
import ShippyConfiguration
import ShippyCore

/// The data directory, its disk, and what the system allows this user.
struct DirectoryChecks: Sendable {
    private static let littleSpace: Int64 = 1 << 30
    private static let noSpace: Int64 = 100 << 20
    private static let fewFiles: Int64 = 1000
    private static let fewDescriptors = 4096

    private let configuration: Configuration

    init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    func findings() async -> [Finding] {
        let home = configuration.home
        do {
            return try await BlockingQueue("directory").run { try look(at: home) }
        } catch {
            return [.fault(.directory, ShippyError.reason(of: error), advice: "mend it before anything else: no command can work like this")]
        }
    }

    private func look(at home: String) throws -> [Finding] {
        guard FileManager.default.fileExists(atPath: home) else {
            try PrivateFile.checkPreparable(home)
            return [.ok(.directory, "\(home) does not exist yet")] + Self.descriptors(DescriptorLimit.raise())
        }
        _ = try PrivateFile.checkDirectory(home)
        let disk = FileSystem(home).map { Self.disk($0, at: home) } ?? []
        let findings = disk + Self.descriptors(DescriptorLimit.raise())
        return findings.isEmpty ? [.ok(.directory, "\(home) is yours alone, and has room")] : findings
    }

    static func disk(_ disk: FileSystem, at home: String) -> [Finding] {
        var findings: [Finding] = []
        if disk.free < noSpace {
            findings.append(
                .fault(.directory, "the disk of \(home) has \(disk.free >> 20) MiB left: soon nothing can be stored", advice: "make room"))
        } else if disk.free < littleSpace {
            findings.append(
                .warning(
                    .directory, "the disk of \(home) has \(disk.free >> 20) MiB left", advice: "make room, or lower --event-max-bytes and --mail-keep"
                ))
        }
        if let files = disk.freeFiles, files < fewFiles {
            findings.append(.fault(.directory, "the disk of \(home) has room for \(files) more files (inodes)", advice: "delete small files"))
        }
        switch disk.kind {
        case .disk: break
        case .memory:
            findings.append(
                .warning(
                    .directory, "\(home) is in memory: everything is gone after a restart of the machine",
                    advice: "choose a directory on a disk with --home"))
        case .network(let name):
            findings.append(
                .fault(
                    .directory, "\(home) is on a network file system (\(name)), where locks do not hold",
                    advice: "choose a local directory with --home"))
        }
        return findings
    }

    static func descriptors(_ limit: Int) -> [Finding] {
        guard limit < fewDescriptors else { return [] }
        return [
            .warning(
                .directory, "a process of this user may open \(limit) files and connections",
                advice: "raise the limit: `ulimit -Hn`, or LimitNOFILE= in the unit")
        ]
    }
}
