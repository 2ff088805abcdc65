import Foundation
import TestSupport

/// A directory of which, when the power is cut, only what was synced is left: `Tests/PowerCut/powercut.c` has the rules.
struct PowerCut: Sendable {
    private static let tools = Task { try await build() }

    private let tools: TemporaryDirectory
    private let directory: TemporaryDirectory

    init() async throws {
        tools = try await Self.tools.value
        directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
    }

    private var root: String { directory("root") }
    private var shadow: String { directory("shadow") }

    /// A data directory, which is not there yet: its own name has to be made durable, too.
    var home: String { "\(root)/home" }

    /// What a process on it is started with.
    var environment: [String: String] {
        ["LD_PRELOAD": tools("powercut.so"), "POWERCUT_ROOT": root, "POWERCUT_SHADOW": shadow]
    }

    /// The same, for a process whose changes are counted.
    var counting: [String: String] { environment.merging(["POWERCUT_COUNT": counts]) { $1 } }

    /// The same, for a process that is killed when it has changed its files this many times.
    func killing(after changes: Int) -> [String: String] { environment.merging(["POWERCUT_KILL_AFTER": "\(changes)"]) { $1 } }

    private var counts: String { directory("counts") }

    /// How many times the process of ``counting`` has changed its files.
    func changes() throws -> Int {
        let slots = try Data(contentsOf: URL(fileURLWithPath: counts))
        for start in stride(from: 0, to: slots.count, by: 64) {
            let name = slots[start..<(start + 56)].prefix { $0 != 0 }
            guard String(decoding: name, as: UTF8.self) == "changes" else { continue }
            return slots[(start + 56)..<(start + 64)].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        return 0
    }

    /// Puts the directory back to what was synced. All its processes must have been killed.
    ///
    /// - Parameter seed: when not 0, some of what was not synced survives by chance, as a kernel may write back what it likes.
    func restore(seed: UInt64) async throws {
        let outcome = try await ShippyBinary.shell(
            #""$powercut" "$root" "$shadow" "$seed""#, home: directory.path,
            environment: [
                "powercut": tools("powercut"), "root": root, "shadow": shadow, "seed": "\(seed)",
            ])
        guard outcome.status == 0 else { throw NeverHappened(description: "powercut: \(outcome.errors)") }
    }

    private static func build() async throws -> TemporaryDirectory {
        let tools = try TemporaryDirectory()
        let source = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../PowerCut/powercut.c").standardized.path
        let outcome = try await ShippyBinary.shell(
            """
            set -e
            compiler=$(command -v clang || command -v cc || command -v gcc)
            "$compiler" -shared -fPIC -O2 -o \(tools("powercut.so")) \(source)
            "$compiler" -O2 -DPOWERCUT_RESTORE -o \(tools("powercut")) \(source)
            """, home: tools.path)
        guard outcome.status == 0 else { throw NeverHappened(description: "cannot build powercut.c: \(outcome.errors)") }
        return tools
    }
}
