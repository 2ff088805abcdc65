import Logging
import ServiceLifecycle
import ShippyAccess
import ShippyConfiguration
import ShippyCore
import ShippyEvents
import ShippyNotificator
import ShippyUsers
import Synchronization

/// The services inside this process, for one command: started when first needed, and stopped once the events and mails of
/// the command are processed.
///
/// They send only the command's own mails. Others may have been queued by a server with a different mailer.
final class LocalServices: Sendable {
    private struct Started {
        var engines: Engines
        var services: Services
    }

    private struct Work {
        var group: ServiceGroup
        var task: Task<Void, any Error>
    }

    /// How long a command waits without progress on its events and mails. The next server processes the rest.
    private static let patience = Duration.seconds(10)

    private let context: CommandContext
    private let registry: any ServiceRegistry
    /// Those that are registered, and did not answer if this is used.
    private let instances: [Instance]
    private let started = Mutex<Task<Started, any Error>?>(nil)
    /// Processes events and mails; nil until a call causes some.
    private let work = Mutex<Work?>(nil)

    /// - Parameter instances: the registered ones that the command would call.
    init(_ context: CommandContext, registry: any ServiceRegistry, instances: [Instance]) {
        self.context = context
        self.registry = registry
        self.instances = instances
    }

    var isStarted: Bool { started.withLock { $0 != nil } }

    /// - Parameter causesWork: whether the calls will cause events and mails.
    func users(causesWork: Bool) async throws -> any UsersAPI {
        UsersCaller(try await services(causesWork: causesWork).users, caller: .owner)
    }

    /// Who may do what, for whoever can read the data directory.
    /// - Parameter causesWork: whether the calls will cause events and mails.
    func access(causesWork: Bool) async throws -> any AccessAPI {
        let services = try await services(causesWork: causesWork)
        return AccessCaller(services.access.service, users: services.users, caller: .owner)
    }

    func notificator() async throws -> NotificatorService {
        try await services(causesWork: true).notificator
    }

    private func services(causesWork: Bool) async throws -> Services {
        let starting = started.withLock { started in
            let task = started ?? Task { try await start() }
            started = task
            return task
        }
        let (services, engines) = try await (starting.value.services, starting.value.engines)
        if causesWork { work.withLock { $0 = $0 ?? begin(services, store: engines.store) } }
        return services
    }

    private func start() async throws -> Started {
        let engines = try Engines.open(context.configuration, registry: registry)
        do {
            let secret = try await Access.secret(context.configuration, store: engines.store, logger: context.logger)
            let services = try Services(
                context.configuration, secret: secret, engines: engines, onlyMailsOfRequest: context.requestID, logger: context.logger)
            return Started(engines: engines, services: services)
        } catch {
            await Self.close(engines)
            throw error
        }
    }

    private func begin(_ services: Services, store: any UserStore) -> Work {
        // An import may create a million users.
        var parts: [any Service] = [services.sender] + services.consumers + [UserIndexer(store: store, logger: context.logger)]
        if let relay = services.relay { parts.append(relay) }
        let group = ServiceGroup(services: parts, logger: Logger(label: "lifecycle"))
        Console.say("shippy: \(reason): this command runs the services itself")
        return Work(group: group, task: Task { try await group.run() })
    }

    private var reason: String {
        guard let first = instances.first else { return "no service is running in \(context.configuration.home)" }
        let others = instances.count > 1 ? " and \(instances.count - 1) more" : ""
        return "the service registered at \(first.address.visiblyEscaped(limit: 80))\(others) does not answer"
    }

    /// All but the registry, which others have opened.
    private static func close(_ engines: Engines) async {
        await engines.bus.close()
        await engines.store.close()
    }

    /// Waits for events and mails, reports the number that remain, and closes everything but the registry.
    func finish() async throws {
        // What could not start has nothing to finish: the call that needed it has failed.
        guard let current = try? await started.withLock({ $0 })?.value else { return }
        try await closing(
            {
                await current.services.close()
                await Self.close(current.engines)
            },
            after: {
                if let work = work.withLock({ $0 }) { try await finish(work, current.engines) }
            })
    }

    private func finish(_ work: Work, _ engines: Engines) async throws {
        try await closing(
            {
                await work.group.triggerGracefulShutdown()
                _ = await work.task.result
            },
            after: {
                let rest = try await waitForWork(engines)
                if rest > 0 {
                    Console.say(
                        "shippy: events and mails still to be processed: \(rest); `shippy up` processes them, `shippy mail list` lists the mails")
                }
            })
        try await work.task.value
    }

    /// - Returns: the number of events and mails still to be processed.
    private func waitForWork(_ engines: Engines) async throws -> Int {
        var deadline = ContinuousClock.now + Self.patience
        var least = Int.max
        while true {
            let mark = engines.store.mailChanges.mark
            let rest = try await unfinished(engines)
            if rest < least {
                least = rest
                deadline = .now + Self.patience
            }
            if rest == 0 || ContinuousClock.now >= deadline || Task.isCancelled { return rest }
            await engines.store.mailChanges.wait(after: mark, upTo: .milliseconds(25))
        }
    }

    /// A mail that waits for its next attempt does not count: it is safe in the queue.
    private func unfinished(_ engines: Engines) async throws -> Int {
        let pending = try await engines.store.outbox?.outboxStatus().pending ?? 0
        let groups = ConsumerConfiguration.mailing.map(\.name)
        let lag = try await engines.bus.status().consumers.filter { groups.contains($0.name) }.map(\.lag).reduce(0, +)
        return try await pending + lag + engines.store.activeMailCount(requestID: context.requestID)
    }
}
