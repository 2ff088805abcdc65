import Foundation
import ShippyConfiguration

/// The user's contexts file, on a thread of its own, because it may wait for a lock and for the disk.
struct ContextStore: Sendable {
    private static let queue = BlockingQueue("contexts")

    let file: ContextFile

    init(_ file: ContextFile = ContextFile(environment: ProcessInfo.processInfo.environment)) {
        self.file = file
    }

    /// See ``ContextFile/load()``.
    func load() async throws -> Contexts {
        try await Self.queue.run { [file] in try file.load() }
    }

    /// See ``ContextFile/change(_:)``.
    @discardableResult
    func change<Value: Sendable>(_ body: @escaping @Sendable (inout Contexts) throws -> Value) async throws -> Value {
        try await Self.queue.run { [file] in try file.change(body) }
    }
}
