import ShippyCore

/// The result of an import of events.
struct EventImportSummary: JSONWritable {
    var imported = 0
    /// Events that the bus already had.
    var present = 0
    /// Events that only ask for a mail, in an import without mails.
    var skipped = 0
    var failed = 0
    var isDryRun = false

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("imported", imported)
            $0.field("present", present)
            $0.field("skipped", skipped)
            $0.field("failed", failed)
            $0.field("dry_run", isDryRun)
        }
    }

    var fields: [(String, String)] {
        isDryRun
            ? [("valid", "\(imported)"), ("failed", "\(failed)")]
            : [("imported", "\(imported)"), ("already there", "\(present)"), ("skipped", "\(skipped)"), ("failed", "\(failed)")]
    }
}

/// One import: publishes the events of a file in batches, each event ID once, and reports and counts failures.
final class EventImportRun {
    /// The number of attempts in a row without an answer of the bus.
    private static let attemptLimit = 8

    private(set) var summary: EventImportSummary
    private let mails: Bool
    private let tell: (String) async -> Void
    private var known: KnownEvents?
    private var progress = ProgressBar(label: "importing")

    /// - Parameters:
    ///   - mails: whether imported events cause mails.
    ///   - known: the events of a bus that does not know all IDs itself; nil if it does.
    ///   - tell: reports a line that fails.
    init(mails: Bool, isDryRun: Bool, known: KnownEvents?, tell: @escaping (String) async -> Void = Console.tell) {
        self.mails = mails
        self.known = known
        self.tell = tell
        summary = EventImportSummary(isDryRun: isDryRun)
    }

    /// - Parameter bus: nil only checks the lines.
    func run(_ lines: EventLines, bus: (any EventBus)?) async throws {
        try await lines.forEachBatch { batch, fraction in
            var good: [(line: Int, event: OutgoingEvent)] = []
            for line in batch {
                switch line.event {
                case .success(let event) where !mails && event.subject == .userNotice: summary.skipped += 1
                case .success(let event): good.append((line.number, event))
                case .failure(let error): await fail(line.number, error)
                }
            }
            if let bus { try await publish(good, on: bus) } else { summary.imported += good.count }
            progress.show(fraction, count: summary.imported + summary.present + summary.skipped + summary.failed)
        }
        progress.clear()
    }

    private func publish(_ lines: [(line: Int, event: OutgoingEvent)], on bus: any EventBus) async throws {
        var lines = lines
        var outage = Outage(base: .milliseconds(200), cap: .seconds(5))
        while !lines.isEmpty {
            try Task.checkCancellation()
            do {
                try await known?.update(from: bus)
                let new = lines.filter { known?.contains($0.event.id) != true }
                summary.present += lines.count - new.count
                lines = new
                lines = try await count(new, bus.publish(new.map { prepared($0.event) }), &outage)
            } catch let error as ShippyError where error.code == .unavailable || error.code == .overloaded {
                try await wait(&outage, error)
            }
        }
    }

    /// - Returns: the lines whose events may not be on the bus: to be tried again.
    private func count(
        _ lines: [(line: Int, event: OutgoingEvent)], _ results: [Result<PublishReceipt, ShippyError>], _ outage: inout Outage
    ) async throws -> [(line: Int, event: OutgoingEvent)] {
        var again: [(line: Int, event: OutgoingEvent)] = []
        var reason: ShippyError?
        for (line, result) in zip(lines, results) {
            switch result {
            case .success(let receipt) where receipt.isDuplicate: summary.present += 1
            case .success: summary.imported += 1
            case .failure(let error) where error.code == .unavailable || error.code == .overloaded:
                again.append(line)
                reason = error
            case .failure(let error): await fail(line.line, error)
            }
        }
        if let reason { try await wait(&outage, reason) } else { outage.end() }
        return again
    }

    private func wait(_ outage: inout Outage, _ error: ShippyError) async throws {
        outage.fail()
        if outage.failures > Self.attemptLimit {
            progress.clear()
            throw ShippyError(error.code, "\(error.message); \(summary.imported) events were imported: run the import again to go on")
        }
        try await Task.sleep(for: outage.pause)
    }

    private func prepared(_ event: OutgoingEvent) -> OutgoingEvent {
        guard !mails, event.subject == .userCreated, event.headers[HeaderName.welcome] == nil else { return event }
        var event = event
        event.headers.append(HeaderName.welcome, "no")
        return event
    }

    private func fail(_ line: Int, _ error: ShippyError) async {
        summary.failed += 1
        progress.clear()
        await tell("line \(line): \(error.message)")
    }
}
