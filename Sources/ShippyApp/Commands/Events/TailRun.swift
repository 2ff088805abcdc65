import ShippyConfiguration
import ShippyCore

/// The conditions that end a tail.
struct TailStop: Sendable {
    var until: Timestamp?
    var count: Int?
    var atEnd: Bool
    var idleTimeout: Duration?

    var hasEnd: Bool { until != nil || count != nil || atEnd || idleTimeout != nil }
}

/// Follows a reader and writes matching events, until an end condition is met.
final class TailRun {
    private static let batchLimit = 8192
    /// The longest wait for events, and so the interval at which end conditions are checked.
    private static let wait = Duration.milliseconds(250)

    private let stop: TailStop
    private let selection: EventSelection
    private let failOnGap: Bool
    private let renderer: EventRenderer
    private let say: (String) -> Void

    private var shown = 0
    private var seen = 0
    private var missed: Int64 = 0
    private var bytes = 0
    private let started = ContinuousClock.now
    private var isDone = false

    /// - Parameter say: writes notices of a tail in text to standard error.
    init(
        stop: TailStop, selection: EventSelection, failOnGap: Bool, renderer: EventRenderer,
        say: @escaping (String) -> Void = Console.say
    ) {
        self.stop = stop
        self.selection = selection
        self.failOnGap = failOnGap
        self.renderer = renderer
        self.say = say
    }

    /// - Returns: whether events were missed.
    func follow(_ reader: any EventReader) async throws -> Bool {
        var lastItem = ContinuousClock.now
        if stop.count == 0 { return false }
        var items = try await reader.next(limit: Self.batchLimit, wait: stop.atEnd ? .zero : Self.wait)
        while !isDone {
            try Task.checkCancellation()
            if items.isEmpty {
                let isIdle = stop.idleTimeout.map { lastItem.duration(to: .now) >= $0 } ?? false
                let isPast = stop.until.map { $0 <= .now } ?? false
                if stop.atEnd || isIdle || isPast { break }
                if StandardOutput.isClosed { throw OutputClosed() }
                items = try await reader.next(limit: Self.batchLimit, wait: Self.wait)
            } else {
                lastItem = .now
                // Read the next block while writing this one.
                let next = Task { [batchLimit = Self.batchLimit, wait = stop.atEnd ? .zero : Self.wait] in
                    try await reader.next(limit: batchLimit, wait: wait)
                }
                do {
                    try await write(items)
                } catch {
                    next.cancel()
                    throw error
                }
                if isDone {
                    next.cancel()
                    break
                }
                items = try await withTaskCancellationHandler {
                    try await next.value
                } onCancel: {
                    next.cancel()
                }
            }
        }
        return missed > 0
    }

    private func write(_ items: [StreamItem]) async throws {
        if areAllWritten(items) { return try await writeAll(items) }
        var json = JSONWriter(capacity: renderer.isText ? 0 : items.count * 512)
        var text = ""
        for item in items where !isDone {
            switch item {
            case .event(let event): append(event, to: &json, &text)
            case .notice(let notice): append(notice, to: &json)
            }
        }
        let block = renderer.isText ? [UInt8](text.utf8) : json.bytes
        bytes += block.count
        try await StandardOutput.write(block)
    }

    /// Whether this is a large block of events, all of which are written as JSON.
    private func areAllWritten(_ items: [StreamItem]) -> Bool {
        !renderer.isText && selection.isEmpty && stop.until == nil && stop.count == nil && items.count >= 512
            && items.allSatisfy { if case .event = $0 { true } else { false } }
    }

    /// Encodes the block on two threads: encoding a replay takes longer than reading it.
    private func writeAll(_ events: [StreamItem]) async throws {
        let renderer = renderer
        async let first = renderer.json(events[..<(events.count / 2)])
        async let second = renderer.json(events[(events.count / 2)...])
        for block in [await first, await second] {
            bytes += block.count
            try await StandardOutput.write(block)
        }
        seen += events.count
        shown += events.count
    }

    private func append(_ event: Event, to json: inout JSONWriter, _ text: inout String) {
        if let until = stop.until, event.time >= until {
            isDone = true
            return
        }
        seen += 1
        let (passes, payload) = selection.look(at: event)
        guard passes else { return }
        renderer.append(event, payload, to: &json, &text)
        shown += 1
        if let count = stop.count, shown >= count { isDone = true }
    }

    private func append(_ notice: StreamNotice, to json: inout JSONWriter) {
        if renderer.isText || notice.isOfThisMoment {
            say(EventRenderer.describe(notice))
        } else {
            json.value(notice)
            json.newline()
        }
        if case .gap(let from, let to, _) = notice {
            missed += to - from + 1
            if failOnGap, !stop.hasEnd { isDone = true }
        }
    }

    /// The line of `--stats`.
    var summary: String {
        let elapsed = started.duration(to: .now)
        let rate = elapsed.seconds > 0 ? Int(Double(seen) / elapsed.seconds) : 0
        return "\(shown) shown of \(seen) events, \(missed) missed, \(bytes) bytes in \(DurationText.describe(elapsed)) (\(rate) events/s)"
    }
}

extension StreamNotice {
    /// Whether the notice concerns only the connection now: shown as a message, never written as data.
    fileprivate var isOfThisMoment: Bool { if case .away = self { true } else { false } }
}
