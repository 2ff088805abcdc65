import Foundation
import Logging
import ShippyCore
import ShippyTUI
import Synchronization

/// The log on standard error: lines are gathered and written in blocks by a thread of their own, at the latest after 20 ms.
enum Logs {
    private struct State {
        var pending: [UInt8] = []
        var isScheduled = false
    }

    /// Past this, whoever logs waits until it is written: a log that grows without bound would be worse.
    private static let limit = 1 << 20

    private static let state = Mutex(State())
    private static let queue = DispatchQueue(label: "shippy.log")

    static func bootstrap(level: Logger.Level, format: LogFormat) {
        LoggingSystem.bootstrap { label in
            switch format {
            case .text: TextLogHandler(label: label, logLevel: level)
            case .json: JSONLogHandler(label: label, logLevel: level)
            }
        }
    }

    static func append(_ line: [UInt8]) {
        let (isFull, mustSchedule) = state.withLock { state in
            state.pending += line
            defer { state.isScheduled = true }
            return (state.pending.count > limit, !state.isScheduled)
        }
        if isFull {
            flush()
        } else if mustSchedule {
            queue.asyncAfter(deadline: .now() + .milliseconds(20)) { writePending() }
        }
    }

    /// Writes what is pending now.
    static func flush() {
        queue.sync { writePending() }
    }

    private static func writePending() {
        let bytes = state.withLock { state in
            state.isScheduled = false
            defer { state.pending = [] }
            return state.pending
        }
        if !bytes.isEmpty { Console.write(String(decoding: bytes, as: UTF8.self)) }
    }
}

/// `2026-01-02T03:04:05.678Z info  user created  request_id=… user_id=…`
struct TextLogHandler: LogHandler {
    let label: String
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line: [UInt8] = []
        line.reserveCapacity(200)
        Timestamp.now.append(to: &line)
        line.append(contentsOf: " \(event.level.rawValue.padding(to: 7)) ".utf8)
        line.append(contentsOf: event.message.description.visiblyEscaped().utf8)
        for (key, value) in merged(metadata, event.metadata) {
            line.append(contentsOf: "  \(key)=".utf8)
            let text = value.description.visiblyEscaped()
            line.append(contentsOf: (text.isEmpty || text.utf8.contains(UInt8(ascii: " ")) ? text.debugQuoted : text).utf8)
        }
        line.append(10)
        Logs.append(line)
    }
}

/// `{"time":"…","level":"info","message":"user created","request_id":"…",…}`
struct JSONLogHandler: LogHandler {
    let label: String
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var json = JSONWriter()
        json.object {
            $0.key("time")
            $0.time(.now)
            $0.key("level")
            $0.string(event.level.rawValue)
            $0.key("message")
            $0.string(event.message.description)
            for (key, value) in merged(metadata, event.metadata) {
                $0.key(key)
                $0.string(value.description)
            }
        }
        json.newline()
        Logs.append(json.bytes)
    }
}

private func merged(_ base: Logger.Metadata, _ added: Logger.Metadata?) -> [(key: String, value: Logger.MetadataValue)] {
    let all = base.isEmpty ? added ?? [:] : base.merging(added ?? [:]) { $1 }
    return all.sorted { $0.key < $1.key }
}
