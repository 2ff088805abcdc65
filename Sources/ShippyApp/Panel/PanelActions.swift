import ShippyConfiguration
import ShippyCore
import ShippyNotificator
import ShippyStory
import ShippyTUI
import Synchronization

/// Carries out the panel's effects outside its thread, and answers through the inbox.
final class PanelActions: Sendable {
    private static let probesAtOnce = 16
    private static let patience = Duration.seconds(2)

    private let registry: any ServiceRegistry
    private let follower: RegistryFollower
    private let inbox: PanelInbox
    private let prober: InstanceProber
    private let engines: PanelEngines
    private let lists: PanelLists
    private let inProbe = Mutex<Set<Instance.Key>>([])
    /// What is running, to be ended with the panel. Changes are not ended but finished.
    private let tasks = Mutex<[Int: (task: Task<Void, Never>, isChange: Bool)]>([:])
    private let started = Atomic<Int>(0)

    init(registry: any ServiceRegistry, follower: RegistryFollower, inbox: PanelInbox, prober: InstanceProber, engines: PanelEngines) {
        self.registry = registry
        self.follower = follower
        self.inbox = inbox
        self.prober = prober
        self.engines = engines
        lists = PanelLists(engines: engines, inbox: inbox)
    }

    /// Carries out any effect that does not concern the terminal.
    func perform(_ effect: PanelEffect) {
        switch effect {
        case .askTimeLeft(let instances): start { await $0.follower.ask(instances) }
        case .probe(let instances): start { await $0.probe(instances) }
        case .run(let command): start(isChange: true) { await $0.run(command) }
        case .export(let path, let rows): start { await $0.export(rows, to: path) }
        case .followOverview: start { await OverviewFollower(inbox: $0.inbox, engines: $0.engines).run() }
        case .followEvents: start { actions in await EventFollower(inbox: actions.inbox, openBus: actions.engines.openBus).run() }
        case .readPage(let feed, let after): start { await $0.lists.readPage(feed, after: after) }
        case .lookAgain(let feed, let ids, let newest): start { await $0.lists.lookAgain(feed, ids, newest: newest) }
        case .search(let feed, let wanted, let after, let number): lists.search(feed, wanted, after: after, number: number)
        case .readStory(let subject): start { await $0.read(subject) }
        case .readBody(let id): start { await $0.readBody(id) }
        case .copy, .copyJSON, .redraw, .suspend, .quit: break
        }
    }

    private func start(isChange: Bool = false, _ body: @escaping @Sendable (PanelActions) async -> Void) {
        let number = started.add(1, ordering: .relaxed).newValue
        tasks.withLock { tasks in
            let task = Task {
                await body(self)
                self.tasks.withLock { $0[number] = nil }
            }
            tasks[number] = (task, isChange)
        }
    }

    private func read(_ subject: StorySubject) async {
        do {
            let engines = StoryEngines(
                store: try engines.store(), bus: engines.bus, registry: { [registry] in registry },
                mailAttempts: engines.context.configuration.mailAttempts)
            inbox.post(.story(subject, try await StoryReader(engines).read(subject).steps, failure: nil))
        } catch {
            inbox.post(.story(subject, [], failure: ShippyError.reason(of: error)))
        }
    }

    private func readBody(_ id: String) async {
        do {
            let store = try engines.store()
            guard let mail = try await store.mail(id: id) else { throw ShippyError.noMail(id) }
            let shown = ShownMail(
                mail: mail, attempts: try await store.attempts(of: id), preview: try MailPreview(mail, engines.context.configuration))
            inbox.post(.body(id: id, lines: shown.lines))
        } catch {
            inbox.post(.message(ShippyError.reason(of: error), isError: true))
        }
    }

    private func probe(_ instances: [Instance]) async {
        let wanted = inProbe.withLock { inProbe in instances.filter { inProbe.insert($0.key).inserted } }
        await withTaskGroup(of: Void.self) { group in
            for (started, instance) in wanted.enumerated() {
                if started >= Self.probesAtOnce { await group.next() }
                group.addTask { [self] in
                    let result = await prober.probe(instance)
                    inProbe.withLock { _ = $0.remove(instance.key) }
                    inbox.post(.probed(instance.key, result))
                }
            }
        }
    }

    private func run(_ command: PanelCommand) async {
        let count = command.targets.count
        let done: Int
        do {
            switch command.verb {
            case .disable: done = try await changeUsers(command) { _ = try await $0.change($1, .disable, requestID: $2) }
            case .enable: done = try await changeUsers(command) { _ = try await $0.change($1, .enable, requestID: $2) }
            case .delete: done = try await changeUsers(command) { _ = try await $0.delete($1, requestID: $2) }
            case .update:
                guard let edit = command.edit else { return }
                done = try await changeUsers(command) { _ = try await $0.change($1, edit.change, requestID: $2) }
            case .replay: done = try await settle(command, .replay)
            case .drop: done = try await settle(command, .drop)
            case .retry:
                done = try await changeEach(of: command.targets) {
                    _ = try await self.mailChanges().retry([$0.id])[0].get()
                    return true
                }
            case .cancel:
                done = try await changeEach(of: command.targets) {
                    _ = try await self.mailChanges().cancel([$0.id])[0].get()
                    return true
                }
            case .resend:
                done = try await changeEach(of: command.targets) {
                    let store = try self.engines.store()
                    guard let mail = try await store.mail(id: $0.id) else { return false }
                    _ = try await self.mailChanges().resend(mail, to: nil, bus: self.engines.bus)
                    return true
                }
            case .deregister:
                done = try await changeEach(of: command.targets) {
                    try await self.registry.deregister(Instance.Key(service: $0.service ?? "", id: $0.id))
                }
            }
        } catch let failure as Interrupted {
            let reason = ShippyError.reason(of: failure.error)
            let text = count == 1 ? reason : "\(failure.done) of \(count) \(command.participle), then: \(reason)"
            return inbox.post(.message(text, isError: true))
        } catch {
            return inbox.post(.message(ShippyError.reason(of: error), isError: true))
        }
        let name = count == 1 ? command.nameOfOne : "\(done) \(command.noun)s"
        if done == 0 { return inbox.post(.message("\(name) was already gone", isError: true)) }
        let after = command.verb == .deregister ? "; if it is still running, it registers again" : ""
        inbox.post(.message("\(name) \(command.participle)\(after)", isError: false))
        await lookAgain(at: command)
    }

    /// A change that failed after some of its targets.
    private struct Interrupted: Error {
        var done: Int
        var error: any Error
    }

    private func settle(_ command: PanelCommand, _ settlement: DeadLetter.Settlement) async throws -> Int {
        let bus = try engines.bus()
        let chosen = try await ChosenDeadLetters(bus, names: command.targets.map(\.id))
        var outcome = SettledDeadLetters(settlement) { self.inbox.post(.message($0, isError: true)) }
        try await outcome.settle(chosen.letters, on: bus)
        return outcome.settled
    }

    private func mailChanges() throws -> MailChanges { MailChanges(store: try engines.store(), requestID: RequestID.accept(nil)) }

    private func changeUsers(
        _ command: PanelCommand, _ change: (any UsersAPI, _ id: String, _ requestID: String) async throws -> Void
    ) async throws -> Int {
        var done = 0
        do {
            try await engines.context.withUsers { users in
                for target in command.targets {
                    try await change(users, target.id, RequestID.accept(nil))
                    done += 1
                }
            }
        } catch {
            throw Interrupted(done: done, error: error)
        }
        return done
    }

    /// - Parameter change: returns whether there was something to change.
    /// - Returns: of how many targets there was.
    private func changeEach(of targets: [PanelCommand.Target], _ change: (PanelCommand.Target) async throws -> Bool) async throws -> Int {
        var done = 0
        for target in targets {
            do {
                if try await change(target) { done += 1 }
            } catch {
                throw Interrupted(done: done, error: error)
            }
        }
        return done
    }

    /// Shows the change at once.
    private func lookAgain(at command: PanelCommand) async {
        let ids = command.targets.map(\.id)
        switch command.verb {
        case .disable, .enable, .delete, .update: await lists.lookAgain(.users, ids, newest: ids.max())
        case .retry, .resend, .cancel: await lists.lookAgain(.mails, ids, newest: ids.max())
        case .replay, .drop, .deregister: break
        }
    }

    private func export(_ rows: [InstanceRow], to path: String) async {
        do {
            try await BlockingQueue("export").run { try InstanceExport.write(rows, to: path) }
            inbox.post(.message("\(rows.count) instances written to \(path)", isError: false))
        } catch {
            inbox.post(.message(ShippyError.reason(of: error), isError: true))
        }
    }

    /// Finishes the changes that were asked for, and ends everything else that is running.
    ///
    /// Who waits for an engine that does not answer is left behind after a moment: the process ends anyway.
    func stop() async {
        let running = tasks.withLock { Array($0.values) }
        for (task, isChange) in running where !isChange { task.cancel() }
        let changes = running.filter { $0.isChange }
        if !changes.isEmpty { Console.say("shippy: finishing the changes that were asked for; Ctrl-C ends them") }
        for (task, _) in changes { await task.value }
        let rest = Task<Void, any Error> { [self] in
            await lists.stop()
            for (task, _) in running { await task.value }
            await engines.close()
        }
        _ = try? await rest.value(within: Self.patience, orElse: CancellationError())
    }
}
