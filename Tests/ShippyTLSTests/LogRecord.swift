import Logging
import Synchronization

/// A log that keeps its lines.
final class LogRecord: LogHandler {
    private let record = Mutex<[String]>([])

    /// Level, message and metadata.
    var lines: [String] { record.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in self } }

    func log(event: LogEvent) {
        let metadata = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted()
        record.withLock { $0.append("\(event.level) \(event.message) \(metadata.joined(separator: " "))") }
    }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
}
