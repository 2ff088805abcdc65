package import Logging
import Synchronization

/// A log that keeps its lines.
package final class LogRecord: LogHandler {
    private let record = Mutex<[(level: Logger.Level, text: String)]>([])

    package init() {}

    /// Level, message and metadata.
    package var lines: [String] { record.withLock { $0.map { "\($0.level) \($0.text)" } } }

    package var levels: [Logger.Level] { record.withLock { $0.map(\.level) } }

    package var logger: Logger { Logger(label: "test") { _ in self } }

    package func log(event: LogEvent) {
        let metadata = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted()
        record.withLock { $0.append((event.level, "\(event.message) \(metadata.joined(separator: " "))")) }
    }

    package subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    package var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    package var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
}
