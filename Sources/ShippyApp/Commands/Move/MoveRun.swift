import EmbeddedEngines
import EtcdEngine
import Foundation
import NATSEngine
import PostgresEngine
import ShippyConfiguration
import ShippyCore
import ShippyMove
import Synchronization

/// Moves from the engines that are set to others.
struct MoveRun: Sendable {
    /// Of a store, for one page that is read, one that is written, and something small.
    private static let connections = 3

    let context: CommandContext
    let targets: MoveTargets
    /// Whether services may run while most of it is copied.
    let isOnline: Bool

    private var configuration: Configuration { context.configuration }

    /// Counts what would move, and refuses what ``run()`` would refuse. It changes nothing.
    func plan() async throws -> [MovedRows] {
        try await withSource { source, home in
            try await check(source)
            var rows: [MovedRows] = []
            if let target = targets.store {
                _ = try StoreMove.begun(await source.moveRecord(), try await look(at: target), to: target.place)
                rows += try await StoreMove.plan(source)
            }
            if let bus = targets.bus { rows += try await withEventsMove(to: bus, home) { try await $0.plan() } }
            return rows
        }
    }

    func run() async throws -> Move.Outcome {
        try await withSource { source, home in
            try await check(source)
            guard let bus = targets.bus else { return try await run(source, home, bus: nil) }
            return try await withEventsMove(to: bus, home) { try await run(source, home, bus: $0) }
        }
    }

    private func run(_ source: any Store & MovableStore, _ home: HomeDatabase, bus: EventsMove?) async throws -> Move.Outcome {
        let bar = Mutex(ProgressBar(label: "moving"))
        defer { bar.withLock { $0.clear() } }
        let following = isOnline ? try await following(source) { bar.withLock { $0.clear() } } : nil
        let progress: MoveProgress = { name, done, total in
            bar.withLock { $0.show(total == 0 ? nil : min(1, Double(done) / Double(total)), name) }
        }
        guard let place = targets.store else {
            if isOnline { try await requireStopped(source) }
            return try await Move(store: nil, bus: bus).run(progress: progress)
        }
        return try await withStore(place, home) { target in
            guard try await source.identity() != target.identity() else {
                throw ShippyError(.usage, "--to-store: \(place.place) is the store that is used already")
            }
            let store = StoreMove(from: source, at: configuration.store.place, to: target, at: place.place)
            return try await Move(store: store, bus: bus).run(following, progress: progress)
        }
    }

    /// - Parameter clear: takes away what is on the line of the terminal.
    private func following(_ source: any Store, clear: @escaping @Sendable () -> Void) async throws -> Following {
        let identity = try await source.identity()
        return Following(
            isAtRest: { try await running(identity).isEmpty },
            hasCaughtUp: {
                clear()
                Console.say("shippy: everything is copied, and changes follow: stop the services now, and the move goes on")
            })
    }

    func abandon() async throws {
        try await withSource { source, home in
            guard let place = targets.store else { return try await StoreMove.abandon(source, nil) }
            // It may never have been made.
            guard try await look(at: place, mayHaveRows: true) != nil else { return try await StoreMove.abandon(source, nil) }
            try await withStore(place, home) { try await StoreMove.abandon(source, $0) }
        }
    }

    /// What to do now.
    var notes: [String] {
        var settings: [String] = []
        if let store = targets.store { settings.append("store: \(setting(store))") }
        if let bus = targets.bus { settings.append("bus: \(bus.place)") }
        if let registry = targets.registry { settings.append("registry: \(registry.place)") }
        var notes = ["now set \(settings.joined(separator: ", ")), where you set it before, and start the services"]
        guard targets.store != nil else { return notes }
        notes.append("the services need the same secret as before, which is in \(configuration.secretPath)")
        let keepsBus = isHome(configuration.store) && configuration.bus == .embedded && targets.bus == nil
        notes.append(
            keepsBus
                ? "nobody can use the old store; do not remove its file, which has the events, too"
                : "nobody can use the old store: remove it when you no longer want it")
        return notes
    }

    // MARK: Checks

    private func check(_ source: any Store) async throws {
        if !isOnline { try await requireStopped(source) }
        // Whoever moves must be able to go on with the keys.
        if try await !source.signingKeys().keys.isEmpty { try await Access.requireOwner(configuration, store: source) }
        if case .etcd(let url) = targets.registry {
            let registry = EtcdRegistry(EtcdOptions(url))
            _ = try await closing({ await registry.close() }, after: { try await registry.snapshot(service: nil) })
        }
    }

    /// - Throws: ``ShippyError`` `.conflict` while a service of this store runs.
    private func requireStopped(_ source: any Store) async throws {
        let running = try await running(try await source.identity())
        guard !running.isEmpty else { return }
        let list = running.prefix(3).map { "\($0.service) at \($0.address)".visiblyEscaped(limit: 80) }.joined(separator: ", ")
        let more = running.count > 3 ? " and \(running.count - 3) more" : ""
        throw ShippyError(.conflict, "services are running: \(list)\(more); stop them, then run this again, or copy with --online before you do")
    }

    /// The services that use the store with this identity, or may do so.
    private func running(_ identity: String) async throws -> [Instance] {
        try await context.withRegistry { try await $0.snapshot(service: nil).instances }.filter { instance in
            instance.metadata[SameStore.label].map { $0 == identity } ?? (Role(rawValue: instance.service) != nil)
        }
    }

    /// Makes and changes nothing.
    ///
    /// - Returns: the move that a store has part in; nil also if there is no store.
    private func look(at place: StoreURL, mayHaveRows: Bool = false) async throws -> MoveRecord? {
        do {
            switch place {
            case .sqlite(let path): return try SQLiteStore.lookAtTarget(path)
            case .postgres(let url):
                let store = try PostgresStore(url: url, connections: 1, for: .look)
                return try await closing({ await store.close() }, after: { try await store.lookAtTarget() })
            }
        } catch let error as ShippyError where error.code == .conflict && mayHaveRows {
            return nil
        }
    }

    // MARK: Engines

    private func withSource<Value>(_ body: (any Store & MovableStore, HomeDatabase) async throws -> Value) async throws -> Value {
        if case .sqlite(let path) = configuration.store, !FileManager.default.fileExists(atPath: path) {
            throw ShippyError(.notFound, "there is no store \(path): name the data directory with --home, or the store with --store")
        }
        let home = HomeDatabase(configuration)
        return try await withStore(configuration.store, home) { try await body($0, home) }
    }

    /// Opens a store that only a move may use.
    private func withStore<Value>(
        _ place: StoreURL, _ home: HomeDatabase, _ body: (any Store & MovableStore) async throws -> Value
    ) async throws -> Value {
        let store: any Store & MovableStore =
            switch place {
            case .sqlite(let path):
                home.isAt(path) ? try SQLiteStore(home.open(), isMoving: true) : try SQLiteStore(path: path, isMoving: true)
            case .postgres(let url): try PostgresStore(url: url, connections: Self.connections, for: .move)
            }
        return try await closing({ await store.close() }, after: { try await body(store) })
    }

    /// As it is set, without a password.
    private func setting(_ store: StoreURL) -> String {
        switch store {
        case .sqlite(let path): isHome(store) ? "sqlite:\(path) (or nothing, with --home \(configuration.home))" : "sqlite:\(path)"
        case .postgres: store.place
        }
    }

    private func isHome(_ store: StoreURL) -> Bool {
        if case .sqlite(let path) = store { HomeDatabase(configuration).isAt(path) } else { false }
    }

    /// - Parameter home: the database in the data directory, which an embedded bus is in.
    private func withEventsMove<Value>(to target: BusURL, _ home: HomeDatabase, _ body: (EventsMove) async throws -> Value) async throws -> Value {
        let move = EventsMove(from: try openBus(configuration.bus, home), to: try openBus(target, home))
        return try await closing({ await move.close() }, after: { try await body(move) })
    }

    private func openBus(_ url: BusURL, _ home: HomeDatabase) throws -> any MovableBus {
        switch url {
        case .embedded:
            let retention = EmbeddedBus.EventRetention(age: configuration.eventMaxAge, bytes: configuration.eventMaxBytes)
            return try EmbeddedBus(home.open(), retention: retention)
        case .nats(let url): return NATSBus(NATSOptions(url, configuration))
        }
    }
}
