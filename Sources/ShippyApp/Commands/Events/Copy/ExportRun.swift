import ShippyCore

/// Writes the events of a bus, up to its end at the beginning of the run, as lines.
struct ExportRun {
    private static let batchLimit = 1024

    let bus: any EventBus
    let subjects: [SubjectFilter]
    let selection: EventSelection
    let since: Timestamp?
    let until: Timestamp?

    struct Outcome {
        var count = 0
        /// Events without some of their secrets.
        var withoutSecrets = 0
        var missed: Int64 = 0
    }

    func write(_ output: ([UInt8]) async throws -> Void = StandardOutput.write) async throws -> Outcome {
        let end = try await bus.position().sequence
        // An imported event is later on the bus than its own time, so none is left out.
        let reader = try await bus.reader(subjects: subjects, from: since.map { .time($0) } ?? .all)
        return try await closing({ await reader.close() }, after: { try await write(reader, through: end, output) })
    }

    private func write(_ reader: any EventReader, through end: Int64, _ output: ([UInt8]) async throws -> Void) async throws -> Outcome {
        var outcome = Outcome()
        var progress = ProgressBar(label: "exporting")
        var first: Int64?
        while true {
            try Task.checkCancellation()
            let items = try await reader.next(limit: Self.batchLimit, wait: .zero)
            var json = JSONWriter(capacity: items.count * 768)
            var isAtEnd = items.isEmpty
            for item in items {
                switch item {
                case .event(let event) where event.sequence > end: isAtEnd = true
                case .event(let event):
                    first = first ?? event.sequence
                    guard isWanted(event) else { continue }
                    if ExportedEvent.append(event, to: &json) { outcome.withoutSecrets += 1 }
                    outcome.count += 1
                    if !StandardOutput.isTerminal {
                        progress.show(Double(event.sequence - first! + 1) / Double(max(1, end - first! + 1)), count: outcome.count)
                    }
                case .notice(let notice):
                    if case .gap(let from, let to, _) = notice { outcome.missed += to - from + 1 }
                    if case .liveOnly = notice { throw ShippyError(.failed, "this bus stores no events: there is nothing to export") }
                    progress.clear()
                    Console.say("shippy: \(EventRenderer.describe(notice))")
                }
            }
            try await output(json.bytes)
            if isAtEnd { break }
        }
        progress.clear()
        return outcome
    }

    /// Replays of dead letters are left out: a copy has the dead letter, which can be replayed there.
    private func isWanted(_ event: Event) -> Bool {
        if event.subject.isReplay { return false }
        let time = ExportedEvent.originalTime(event)
        if let since, time < since { return false }
        if let until, time >= until { return false }
        return selection.look(at: event).passes
    }
}
