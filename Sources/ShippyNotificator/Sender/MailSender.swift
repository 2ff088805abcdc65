package import Logging
import Metrics
import ServiceLifecycle
package import ShippyCore
import Synchronization

/// Works through the mail queue: claims due mails, renders them, passes them to the mailer, and records the outcomes.
///
/// The loops share ``HeldMails``, which makes the decisions: one claims mails, one renews leases, one records outcomes, and one
/// per connection of the mailer sends.
package final class MailSender: Service {
    package struct Options: Sendable {
        package var policy: SendingPolicy

        /// Send only mails caused by this request; nil for all.
        package var onlyRequest: String?

        /// Whether this process has more urgent work. If so, mails are claimed slowly: they are safe in the queue, while users
        /// being created are not stored yet.
        package var mustGiveWay: @Sendable () -> Bool

        package init(
            policy: SendingPolicy = SendingPolicy(), onlyRequest: String? = nil, mustGiveWay: @escaping @Sendable () -> Bool = { false }
        ) {
            self.policy = policy
            self.onlyRequest = onlyRequest
            self.mustGiveWay = mustGiveWay
        }
    }

    /// Longer than a sender's wait before it retries recording outcomes.
    private static let precedence = Duration.seconds(3)

    /// How long a shutdown waits for outcomes to be recorded.
    private static let lastPatience = Duration.seconds(10)

    private let queue: any MailQueue
    private let mailer: any Mailer
    private let renderer: MailRenderer
    private let links: MailLinks
    private let options: Options
    private let clock: SteadyClock
    private let lastWrite: LastWrite
    private let logger: Logger
    private let owner = UUIDv7.next()
    private let held: Mutex<HeldMails>
    /// Raised when there may be a mail to send.
    private let workToDo = ChangeNotifier()
    /// Raised when there is an outcome to record.
    private let outcomes = ChangeNotifier()
    /// Set when the shutdown begins.
    private let closedAt = Mutex<SteadyClock.Instant?>(nil)
    private let timer = Metrics.Timer(.mailSeconds)

    package init(
        queue: any MailQueue, mailer: any Mailer, renderer: MailRenderer, links: MailLinks, options: Options, clock: SteadyClock = .system,
        lastWrite: LastWrite = LastWrite(), logger: Logger
    ) {
        self.queue = queue
        self.mailer = mailer
        self.renderer = renderer
        self.links = links
        self.options = options
        self.clock = clock
        self.lastWrite = lastWrite
        self.logger = logger
        held = Mutex(HeldMails(capacity: 256, concurrency: mailer.concurrency))
    }

    /// Runs until graceful shutdown. Then it finishes attempts under way, records their outcomes, and releases the other mails.
    package func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            // Runs to the end, to keep the leases of mails being sent.
            group.addTask { [self] in await renewLeasesUntilCancelled() }
            await work()
            group.cancelAll()
        }
    }

    private func work() async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<mailer.concurrency { group.addTask { [self] in await tryMails() } }
            group.addTask { [self] in await recordOutcomes() }
            group.addTask { [self] in
                await cancelWhenGracefulShutdown { [self] in await claimUntilCancelled() }
                closedAt.withLock { $0 = clock.now }
                await giveBack(held.withLock { $0.takeWaiting() })
                workToDo.raise()
                outcomes.raise()
            }
        }
        // A cancelled task cannot wait, so a new one records the remaining outcomes.
        if held.withLock(\.unrecordedCount) > 0 { await Task { [self] in await recordOutcomes() }.value }
    }

    private var isClosing: Bool { closedAt.withLock { $0 != nil } }

    /// Whether the shutdown has waited long enough for outcomes to be recorded.
    private var isPatienceOver: Bool { closedAt.withLock { $0.map { clock.now >= $0 + Self.lastPatience } ?? false } }

    // MARK: Claiming

    private func claimUntilCancelled() async {
        var pace = Pace(interval: .milliseconds(20))
        var outage = Outage(base: .milliseconds(100), cap: .seconds(5))
        while !Task.isCancelled {
            do {
                await pace.next()
                let givesWay = options.mustGiveWay()
                if givesWay { try await Task.sleep(for: .seconds(1)) }
                let mark = queue.mailChanges.mark
                if try await claim(atMost: givesWay ? 32 : .max) > 0 {
                    workToDo.raise()
                } else {
                    await waitForMail(after: mark)
                }
                if outage.end() { logger.notice("mail queue works again") }
            } catch is CancellationError {
                return
            } catch {
                if outage.fail() { logger.warning("cannot use the mail queue, retrying", metadata: [LogKey.error: "\(error)"]) }
                await waitForQueue(&outage)
            }
        }
    }

    /// Waits until the queue works again, and then for ``precedence``, so that senders can first record mails sent meanwhile.
    private func waitForQueue(_ outage: inout Outage) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: outage.pause)
            do {
                _ = try await queue.nextMailDue()
                try? await Task.sleep(for: Self.precedence)
                return
            } catch {
                outage.fail()
            }
        }
    }

    private func claim(atMost limit: Int) async throws -> Int {
        let (room, limits, domainLimit) = held.withLock { ($0.room, $0.claimLimits, $0.domainLimit) }
        guard room > 0 else { return 0 }
        let askedAt = clock.now
        let mails = try await queue.claimMails(
            limit: min(room, limit), owner: owner, lease: HeldMails.lease, domainLimits: limits, defaultDomainLimit: domainLimit,
            requestID: options.onlyRequest)
        held.withLock { $0.add(mails, askedAt: askedAt) }
        // Some of them may already have an outcome.
        if !mails.isEmpty { outcomes.raise() }
        return mails.count
    }

    /// Waits until there may be a mail to claim, at most 5 s: until one is due, or ``MailQueue/mailChanges`` is raised by a
    /// commit or by new room.
    private func waitForMail(after mark: UInt64) async {
        let (room, fullDomains) = held.withLock { ($0.room, $0.fullDomains) }
        var rest = Duration.seconds(5)
        // If this fails, so does the next claim, which reports it.
        if room > 0, let due = try? await queue.nextMailDue(except: fullDomains, requestID: options.onlyRequest) {
            rest = min(rest, max(.milliseconds(20), due))
        }
        await queue.mailChanges.wait(after: mark, upTo: rest)
    }

    // MARK: Leases

    private func renewLeasesUntilCancelled() async {
        while !Task.isCancelled {
            let now = clock.now
            let (leases, lapsed) = held.withLock { held in
                let lapsed = held.takeLapsed(at: now)
                return (held.leasesToRenew(at: now), lapsed)
            }
            await giveBack(lapsed)
            if !leases.isEmpty {
                let askedAt = clock.now
                do {
                    let kept = try await queue.extend(leases, by: HeldMails.lease)
                    held.withLock { $0.renewed(leases, held: kept, askedAt: askedAt) }
                    workToDo.raise()
                } catch {
                    held.withLock { $0.renewalFailed(at: clock.now) }
                    logger.warning("cannot renew leases of mails", metadata: [LogKey.error: "\(error)", LogKey.count: "\(leases.count)"])
                }
            }
            await clock.sleep(for: .seconds(1))
        }
    }

    private func giveBack(_ leases: [MailLease]) async {
        guard !leases.isEmpty else { return }
        do {
            try await queue.release(leases)
        } catch {
            // The leases expire anyway.
            logger.warning("cannot release mails", metadata: [LogKey.error: "\(error)", LogKey.count: "\(leases.count)"])
        }
    }

    // MARK: Trying

    private func tryMails() async {
        while !Task.isCancelled {
            let mark = workToDo.mark
            if isClosing {
                return
            } else if let mail = held.withLock({ $0.startNext(at: clock.now) }) {
                await tryOnce(mail)
            } else {
                await workToDo.wait(after: mark, upTo: .seconds(60))
            }
        }
    }

    private func tryOnce(_ mail: Mail) async {
        let startedAt = Timestamp.now
        let (result, server) = await attempt(mail)
        let facts = AttemptFacts(server: server, startedAt: startedAt, endedAt: max(startedAt, .now))
        let timedOut = if case .timedOut = result { true } else { false }
        let surplus = held.withLock { $0.finish(mail.id, options.policy.outcome(of: result, mail), facts, timedOut: timedOut) }
        if case .withdrawn = result {
            logger.warning(
                "mail not sent: its lease may have expired", metadata: [LogKey.requestID: "\(mail.requestID)", LogKey.mailID: "\(mail.id)"])
        }
        outcomes.raise()
        workToDo.raise()
        await giveBack(surplus)
    }

    /// - Returns: the result, without a secret in it, and the server that was asked; empty if the mail could not be made.
    private func attempt(_ mail: Mail) async -> (DeliveryResult, server: String) {
        let start = ContinuousClock.now
        defer { timer.recordNanoseconds(start.duration(to: .now).nanoseconds) }
        let message: OutgoingMail
        do {
            message = try renderer.render(mail, link: try await links.link(for: mail, at: .now))
        } catch {
            let error = ShippyError.wrapping(error)
            let reply = "not sent: \(error.message)"
            return (error.code == .unavailable ? .deferred(reply: reply) : .refused(reply: reply), "")
        }
        let result = await mailer.deliver(message) { [self] in held.withLock { $0.holds(mail.id, at: clock.now) } }
        return (mail.link.isEmpty ? result : result.withoutSecrets, mailer.server)
    }

    // MARK: Recording

    private func recordOutcomes() async {
        while !Task.isCancelled {
            let mark = outcomes.mark
            let now = clock.now
            let (items, isIdle, rest) = held.withLock { held in
                let items = held.takeFinished(at: now)
                return (items, held.isIdle, held.timeToRecording(at: now))
            }
            if !items.isEmpty {
                await record(items)
            } else if isIdle && isClosing {
                return
            } else if isPatienceOver && !held.withLock({ $0.isTrying }) {
                logger.error(
                    "stopped before the outcomes of mails were recorded: these mails will be sent again",
                    metadata: [LogKey.count: "\(held.withLock(\.unrecordedCount))"])
                return
            } else if let rest {
                await clock.sleep(for: min(rest, .milliseconds(500)))
            } else {
                await outcomes.wait(after: mark, upTo: isClosing ? .milliseconds(200) : .seconds(60))
            }
        }
    }

    private func record(_ items: [HeldMails.Finished]) async {
        let wasStalled = held.withLock(\.isStalled)
        do {
            let refused = try await lastWrite.observe { try await queue.settle(items.map(\.attempt)) }
            let lost = held.withLock { $0.recorded(items, refused: refused, at: clock.now) }
            if wasStalled { logger.notice("outcomes of mails are recorded again", metadata: [LogKey.count: "\(items.count)"]) }
            for item in items where !refused.contains(item.mail.id) { log(item) }
            for item in lost { logLost(item) }
            workToDo.raise()
            // There is room to claim more.
            queue.mailChanges.raise()
        } catch {
            held.withLock { $0.recordingFailed(at: clock.now) }
            guard !wasStalled else { return }
            logger.error(
                "cannot record the outcomes of mails: no mail is sent until they are recorded",
                metadata: [LogKey.error: "\(error)", LogKey.count: "\(items.count)"])
        }
    }

    private func metadata(_ mail: Mail) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            LogKey.requestID: "\(mail.requestID)", LogKey.mailID: "\(mail.id)", LogKey.attempt: "\(mail.attempts)",
        ]
        if let eventID = mail.eventID { metadata[LogKey.eventID] = "\(eventID)" }
        return metadata
    }

    private func log(_ item: HeldMails.Finished) {
        var metadata = metadata(item.mail)
        switch item.outcome {
        case .sent(let reply):
            Counter(.mailReplies, [("outcome", "sent")]).increment()
            metadata[LogKey.reply] = "\(reply)"
            logger.info("mail sent", metadata: metadata)
        case .retry(let wait, let reply):
            Counter(.mailReplies, [("outcome", "deferred")]).increment()
            metadata[LogKey.reply] = "\(reply)"
            metadata[LogKey.nextAttempt] = "\(Timestamp.now + wait)"
            logger.warning("mail deferred", metadata: metadata)
        case .dead(let reply):
            Counter(.mailReplies, [("outcome", "dead")]).increment()
            metadata[LogKey.reply] = "\(reply)"
            logger.error("gave up on mail", metadata: metadata)
        }
    }

    private func logLost(_ item: HeldMails.Finished) {
        var metadata = metadata(item.mail)
        if case .sent(let reply) = item.outcome {
            metadata[LogKey.reply] = "\(reply)"
            logger.warning("mail was sent, but its lease had expired and another sender has it: it may be sent twice", metadata: metadata)
        } else {
            logger.info("another sender has taken over the mail", metadata: metadata)
        }
    }
}
