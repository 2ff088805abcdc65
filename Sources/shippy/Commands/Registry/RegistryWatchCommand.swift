import ArgumentParser
import ShippyCore

struct RegistryWatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Follow changes of the registry, a line each.",
        discussion: """
            Begins with what is registered now. With -o jsonl each line is {"revision":1,"change":"put","instance":{...}}, or has \
            "delete" with service, id and reason, or "resync" with all instances where changes in between are no longer known.
            """)

    @Argument(help: "Only instances of this service.", completion: .custom(Completion.services))
    var service: String?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let context = try await CommandContext.load(global)
        let registry = try Engines.openRegistry(context.settings, context.options)
        let snapshot = try await registry.snapshot(service: service)
        for instance in snapshot.instances {
            try await show(RegistryUpdate(revision: snapshot.revision, change: .put(instance)), context.rendering)
        }
        // A quiet registry does not write: whoever reads may be gone without a write failing.
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    try await Task.sleep(for: .milliseconds(500))
                    if StandardOutput.isClosed { throw OutputClosed() }
                }
            }
            group.addTask {
                for try await update in registry.watch(service: service, after: snapshot.revision) {
                    try await show(update, context.rendering)
                }
                throw CancellationError()
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func show(_ update: RegistryUpdate, _ rendering: Rendering) async throws {
        let line = WatchLine(update: update)
        guard rendering.format == .text else { return try await rendering.lines([line]) }
        try await StandardOutput.write("\(Timestamp.now)  \(line.text)\n")
    }
}

/// One change of the registry, for people and for programs.
struct WatchLine: JSONWritable {
    var update: RegistryUpdate

    /// Without a terminal's control characters, which a foreign instance may have in its name.
    var text: String {
        let text =
            switch update.change {
            case .put(let instance): "+ \(instance.service)  \(instance.id)  \(instance.protocol)  \(instance.version)"
            case .delete(let key, let reason): "- \(key.service)  \(key.id)  \(reason)"
            case .resync(let snapshot): "= \(snapshot.instances.count) instances, some changes before were missed"
            }
        return text.visiblyEscaped()
    }

    func write(to json: inout JSONWriter) {
        json.object {
            $0.key("revision")
            $0.integer(update.revision)
            $0.key("change")
            switch update.change {
            case .put(let instance):
                $0.string("put")
                $0.key("instance")
                $0.value(instance)
            case .delete(let key, let reason):
                $0.string("delete")
                $0.key("service")
                $0.string(key.service)
                $0.key("id")
                $0.string(key.id)
                $0.key("reason")
                $0.string(reason)
            case .resync(let snapshot):
                $0.string("resync")
                $0.key("instances")
                $0.array { json in snapshot.instances.forEach { json.value($0) } }
            }
        }
    }
}
