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
        /// Processes events and mails; nil until a call causes some.
        var work: Work?
    }

    private struct Work {
        var group: ServiceGroup
        var task: Task<Void, any Error>
    }

    /// How long a command waits without progress on its events and mails. The next server processes the rest.
    private static let patience = Duration.seconds(10)

    private let context: CommandContext
    private let registry: any ServiceRegistry
    private let started = Mutex<Started?>(nil)

    init(_ context: CommandContext, registry: any ServiceRegistry) {
        self.context = context
        self.registry = registry
    }

    var isStarted: Bool { started.withLock { $0 != nil } }

    /// - Parameter causesWork: whether the calls will cause events and mails.
    func users(causesWork: Bool) throws -> any UsersAPI {
        UsersCaller(try services(causesWork: causesWork).users, caller: .owner)
    }

    /// Who may do what, for whoever can read the data directory.
    /// - Parameter causesWork: whether the calls will cause events and mails.
    func access(causesWork: Bool) throws -> any AccessAPI {
        let services = try services(causesWork: causesWork)
        return AccessCaller(services.access.service, users: services.users, caller: .owner)
    }

    func notificator() throws -> NotificatorService {
        try services(causesWork: true).notificator
    }

    private func services(causesWork: Bool) throws -> Services {
        try started.withLock { started in
            var current = try started ?? start()
            if causesWork, current.work == nil {
                var work: [any Service] = [current.services.sender] + current.services.consumers
                if let relay = current.services.relay { work.append(relay) }
                let group = ServiceGroup(services: work, logger: Logger(label: "lifecycle"))
                current.work = Work(group: group, task: Task { try await group.run() })
                Console.say("shippy: no service is running in \(context.configuration.home): this command runs the services itself")
            }
            started = current
            return current.services
        }
    }

    private func start() throws -> Started {
        let engines = try Engines.open(context.configuration, registry: registry)
        let services = try Services(context.configuration, engines: engines, onlyMailsOfRequest: context.requestID, logger: context.logger)
        return Started(engines: engines, services: services)
    }

    /// Waits for events and mails, reports the number that remain, and closes everything but the registry.
    func finish() async throws {
        guard let current = started.withLock({ $0 }) else { return }
        try await closing(
            {
                await current.services.close()
                await current.engines.bus.close()
                await current.engines.store.close()
            },
            after: {
                if let work = current.work { try await finish(work, current.engines) }
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

extension Caller {
    /// Who runs a command that works on the data directory itself.
    fileprivate static let owner = Caller(.owner, role: .admin, address: "")
}
