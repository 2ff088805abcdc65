import Logging
import ShippyConfiguration
import ShippyCore

/// The log on standard error.
enum Logs {
    static func bootstrap(level: Logger.Level, format: LogFormat) {
        StandardError.shared.describeDropped { LogLine(dropped: $0).bytes(format) }
        LoggingSystem.bootstrap { LineLogHandler(label: $0, format: format, logLevel: level) }
    }
}

/// Writes each log event as one line.
struct LineLogHandler: LogHandler {
    let label: String
    let format: LogFormat
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        StandardError.shared.append(LogLine(event, metadata).bytes(format))
    }
}

/// One line of the log. Control characters and line breaks in it are escaped.
struct LogLine {
    private let level: Logger.Level
    private let message: String
    private let metadata: [(key: String, value: String)]

    init(level: Logger.Level, message: String, metadata: Logger.Metadata) {
        self.level = level
        self.message = message
        self.metadata = metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value.description) }
    }

    init(_ event: LogEvent, _ base: Logger.Metadata) {
        let metadata = base.isEmpty ? event.metadata ?? [:] : base.merging(event.metadata ?? [:]) { $1 }
        self.init(level: event.level, message: event.message.description, metadata: metadata)
    }

    /// Reports the number of dropped lines.
    init(dropped count: Int) {
        self.init(level: .warning, message: "log lines dropped because standard error was not being read", metadata: [LogKey.count: "\(count)"])
    }

    func bytes(_ format: LogFormat) -> [UInt8] {
        switch format {
        case .text: text
        case .json: json
        }
    }

    /// `2026-01-02T03:04:05.678Z info  user created  request_id=… user_id=…`
    private var text: [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(200)
        Timestamp.now.append(to: &line)
        line.append(contentsOf: " \(level.rawValue.padding(to: 7)) ".utf8)
        line.append(contentsOf: message.visiblyEscaped().utf8)
        for (key, value) in metadata {
            line.append(contentsOf: "  \(key.visiblyEscaped())=".utf8)
            let text = value.visiblyEscaped()
            line.append(contentsOf: (text.isEmpty || text.utf8.contains(UInt8(ascii: " ")) ? text.quoted() : text).utf8)
        }
        line.append(10)
        return line
    }

    /// `{"time":"…","level":"info","message":"user created","request_id":"…",…}`
    private var json: [UInt8] {
        var json = JSONWriter()
        json.object {
            $0.field("time", Timestamp.now)
            $0.field("level", level.rawValue)
            $0.field("message", message)
            for (key, value) in metadata { $0.field(named: key, value) }
        }
        json.newline()
        return json.bytes
    }
}
