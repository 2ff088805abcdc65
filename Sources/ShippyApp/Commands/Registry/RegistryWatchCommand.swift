import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct RegistryWatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follow changes in the registry, one per line.",
        usage: "shippy registry watch [<options>] [<service>]",
        discussion: """
            Starts with the instances registered now. With -o jsonl each line is an object such as \
            {"revision":1,"change":"put","instance":{...}}. A "delete" has service, id and reason. A "resync" lists all \
            instances; it replaces changes that are no longer available. While the registry is unreachable, the command \
            reports {"notice":"away","reason":"..."} and waits; then {"notice":"reconnected","away":12.5} gives the length \
            of the outage in seconds.

            Examples:
              shippy registry watch
              shippy registry watch users -o jsonl
            """)

    @Argument(help: "Follow only instances of this service.", completion: .custom(Completion.services))
    var service: String?

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try context.rendering.refuseCSV()
        try await context.withRegistry { try await watch($0, context) }
    }

    private func watch(_ registry: any ServiceRegistry, _ context: CommandContext) async throws {
        let snapshot = try await registry.snapshot(service: service)
        for instance in snapshot.instances {
            try await show(.change(.put(instance), revision: snapshot.revision), context.rendering)
        }
        // While the registry is quiet nothing is written, so a closed output is not noticed by a failing write.
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    try await Task.sleep(for: .milliseconds(500))
                    if StandardOutput.isClosed { throw OutputClosed() }
                }
            }
            group.addTask {
                try await follow(registry, after: snapshot.revision, context.rendering)
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Follows until the task is cancelled, even if the registry is away in between.
    private func follow(_ registry: any ServiceRegistry, after revision: Int64, _ rendering: Rendering) async throws {
        var position = revision
        var away: ContinuousClock.Instant?
        var outage = Outage(base: .milliseconds(200), cap: .seconds(5))
        while true {
            try Task.checkCancellation()
            do {
                if let since = away {
                    // A quiet watch does not show whether it works, so read once.
                    _ = try await registry.read(service: service) { _ in }
                    try await show(.reconnected(away: since.duration(to: .now)), rendering)
                    away = nil
                }
                for try await update in registry.watch(service: service, after: position) {
                    outage.end()
                    position = update.revision
                    try await show(update, rendering)
                }
            } catch let error as ShippyError where error.code == .unavailable {
                outage.fail()
                if away == nil {
                    away = .now
                    try await show(.away(reason: ShippyError.reason(of: error)), rendering)
                }
                try await Task.sleep(for: outage.pause)
            }
        }
    }

    private func show(_ notice: WatchNotice, _ rendering: Rendering) async throws {
        if rendering.format == .text { Console.say(notice.text) } else { try await rendering.lines([notice]) }
    }

    private func show(_ update: RegistryUpdate, _ rendering: Rendering) async throws {
        let line = WatchLine(update: update)
        guard rendering.format == .text else { return try await rendering.lines([line]) }
        try await StandardOutput.write("\(Timestamp.now)  \(line.text)\n")
    }
}

/// A change of the registry, as text or JSON.
struct WatchLine: JSONWritable {
    var update: RegistryUpdate

    /// Control characters are escaped: a foreign instance may have them in its name.
    var text: String {
        let text =
            switch update {
            case .change(.put(let instance), _):
                "+ \(instance.service)  \(instance.id)  \(instance.address)  \(instance.protocol)  \(instance.version)"
            case .change(.delete(let key, let reason), _): "- \(key.service)  \(key.id)  \(reason.rawValue)"
            case .resync(let snapshot): "= \(snapshot.instances.count) instances; earlier changes were missed"
            }
        return text.visiblyEscaped()
    }

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("revision", update.revision)
            switch update {
            case .change(.put(let instance), _):
                $0.field("change", "put")
                $0.field("instance", instance)
            case .change(.delete(let key, let reason), _):
                $0.field("change", "delete")
                $0.field("service", key.service)
                $0.field("id", key.id)
                $0.field("reason", reason.rawValue)
            case .resync(let snapshot):
                $0.field("change", "resync")
                $0.field("instances", snapshot.instances)
            }
        }
    }
}

/// A notice about the watch itself.
private enum WatchNotice: JSONWritable {
    case away(reason: String)
    case reconnected(away: Duration)

    var text: String {
        switch self {
        case .away(let reason): "\(reason); retrying"
        case .reconnected(let away): "reconnected after \(DurationText.describe(away))"
        }
    }

    func write(to json: inout JSONWriter) {
        json.object {
            switch self {
            case .away(let reason):
                $0.field("notice", "away")
                $0.field("reason", reason)
            case .reconnected(let away):
                $0.field("notice", "reconnected")
                $0.field("away", away.seconds)
            }
        }
    }
}
