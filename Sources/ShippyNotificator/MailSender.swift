package import Logging
import Metrics
import ServiceLifecycle
package import ShippyCore
import Synchronization

/// Works the mail queue: claims due mails, renders them, hands them to the mailer, and records what became of them.
///
/// Three kinds of loops share ``HeldMails``: one claims, as many as the mailer has connections try, one records outcomes.
package final class MailSender: Service {
    package struct Options: Sendable {
        /// How often a mail is tried before it is given up.
        package var maxAttempts: Int
        package var backoff: Backoff

        /// Whether others in this process have more urgent work: then mails are only trickled. They are safe in the queue, and
        /// users that are being created are not yet.
        package var mustGiveWay: @Sendable () -> Bool

        package init(
            maxAttempts: Int = 12, backoff: Backoff = Backoff(base: .seconds(15), cap: .seconds(6 * 3600)),
            mustGiveWay: @escaping @Sendable () -> Bool = { false }
        ) {
            self.maxAttempts = maxAttempts
            self.backoff = backoff
            self.mustGiveWay = mustGiveWay
        }
    }

    /// Long enough that renewing it may fail twice, and short enough that a dead sender's mails are taken over within 30 s.
    private static let lease = Duration.seconds(20)

    private let queue: any MailQueue
    private let mailer: any Mailer
    private let renderer: MailRenderer
    private let options: Options
    private let lastWrite: LastWrite
    private let logger: Logger
    private let owner = UUIDv7.next()
    private let held: Mutex<HeldMails>
    /// Raised when there is something to try.
    private let work = ChangeNotifier()
    /// Raised when there is an outcome to record.
    private let outcomes = ChangeNotifier()
    private let isClosing = Mutex(false)
    private let timer = Metrics.Timer(label: Metric.mailSeconds)

    package init(
        queue: any MailQueue, mailer: any Mailer, renderer: MailRenderer, options: Options, lastWrite: LastWrite = LastWrite(), logger: Logger
    ) {
        self.queue = queue
        self.mailer = mailer
        self.renderer = renderer
        self.options = options
        self.lastWrite = lastWrite
        self.logger = logger
        held = Mutex(HeldMails(capacity: 256, concurrency: mailer.concurrency))
    }

    /// Works until graceful shutdown: then attempts under way are finished, and mails not yet tried are given back.
    package func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<mailer.concurrency { group.addTask { [self] in await tryMails() } }
            group.addTask { [self] in await recordOutcomes() }
            group.addTask { [self] in
                await cancelWhenGracefulShutdown { [self] in
                    await withTaskGroup(of: Void.self) { group in
                        group.addTask { [self] in await claimUntilCancelled() }
                        group.addTask { [self] in await renewLeases() }
                    }
                }
                isClosing.withLock { $0 = true }
                await giveBack(held.withLock { $0.takeWaiting() })
                work.raise()
                outcomes.raise()
            }
        }
    }

    // MARK: Claiming

    private func claimUntilCancelled() async {
        let backoff = Backoff(base: .milliseconds(100), cap: .seconds(5))
        var pace = Pace(interval: .milliseconds(20))
        var failures = 0
        while !Task.isCancelled {
            do {
                await pace.next()
                let givesWay = options.mustGiveWay()
                if givesWay { try await Task.sleep(for: .seconds(1)) }
                let mark = queue.mailChanges.mark
                if try await claim(atMost: givesWay ? 32 : .max) > 0 {
                    work.raise()
                } else {
                    await waitForMail(after: mark)
                }
                if failures > 0 { logger.notice("mail queue is back") }
                failures = 0
            } catch is CancellationError {
                return
            } catch {
                failures += 1
                if failures == 1 { logger.warning("mail queue cannot be used, trying again", metadata: [LogKey.error: "\(error)"]) }
                try? await Task.sleep(for: backoff.delay(attempt: failures))
            }
        }
    }

    private func claim(atMost limit: Int) async throws -> Int {
        let (room, limits, domainLimit) = held.withLock { ($0.room, $0.claimLimits, $0.domainLimit) }
        // Half empty first: a claim of a few mails costs about as much as one of many.
        guard room >= held.withLock(\.capacity) / 2 else { return 0 }
        let mails = try await queue.claimMails(
            limit: min(room, limit), owner: owner, lease: Self.lease, domainLimits: limits, defaultDomainLimit: domainLimit)
        held.withLock { $0.add(mails) }
        return mails.count
    }

    private func waitForMail(after mark: UInt64) async {
        // A failure to look shows at the next claim.
        let due = try? await queue.nextMailDue()
        let rest = due.map { max(.milliseconds(20), $0 - Timestamp.now) } ?? .seconds(5)
        await queue.mailChanges.wait(after: mark, upTo: min(rest, .seconds(5)))
    }

    private func renewLeases() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.lease / 3)
            let ids = held.withLock { $0.ids }
            guard !ids.isEmpty, !Task.isCancelled else { continue }
            do {
                try await queue.extendMailLeases(ids, owner: owner, lease: Self.lease)
            } catch {
                logger.warning("cannot renew leases of mails", metadata: [LogKey.error: "\(error)", LogKey.count: "\(ids.count)"])
            }
        }
    }

    private func giveBack(_ mails: [Mail]) async {
        guard !mails.isEmpty else { return }
        do {
            try await queue.unclaimMails(mails.map(\.id), owner: owner)
        } catch {
            // Their leases run out by themselves.
            logger.warning("cannot give mails back", metadata: [LogKey.error: "\(error)", LogKey.count: "\(mails.count)"])
        }
    }

    // MARK: Trying

    private func tryMails() async {
        while !Task.isCancelled {
            let mark = work.mark
            if let mail = held.withLock({ $0.startNext() }) {
                await tryOnce(mail)
            } else if isClosing.withLock({ $0 }) {
                return
            } else {
                await work.wait(after: mark, upTo: .seconds(60))
            }
        }
    }

    private func tryOnce(_ mail: Mail) async {
        let result = await attempt(mail)
        let timedOut = if case .timedOut = result { true } else { false }
        let surplus = held.withLock { $0.finish(mail, outcome(of: result, mail), timedOut: timedOut) }
        outcomes.raise()
        work.raise()
        await giveBack(surplus)
    }

    private func attempt(_ mail: Mail) async -> DeliveryResult {
        let start = ContinuousClock.now
        defer { timer.recordNanoseconds(start.duration(to: .now).nanoseconds) }
        do {
            return await mailer.deliver(try renderer.render(mail))
        } catch {
            return .refused(reply: "cannot be rendered: \(error)")
        }
    }

    private func outcome(of result: DeliveryResult, _ mail: Mail) -> MailOutcome {
        switch result {
        case .accepted(let reply): return .sent(reply: reply)
        case .refused(let reply): return .dead(reply: reply)
        case .deferred(let reply), .timedOut(let reply):
            guard mail.attempts < options.maxAttempts else { return .dead(reply: "given up after \(mail.attempts) attempts: \(reply)") }
            return .retry(at: .now + options.backoff.delay(attempt: mail.attempts), reply: reply)
        }
    }

    // MARK: Recording

    private func recordOutcomes() async {
        var pace = Pace(interval: .milliseconds(10))
        while true {
            let mark = outcomes.mark
            let (items, isIdle) = held.withLock { held in
                let isIdle = held.isIdle
                return (held.takeFinished(), isIdle)
            }
            if items.isEmpty {
                if Task.isCancelled || (isIdle && isClosing.withLock { $0 }) { return }
                await outcomes.wait(after: mark, upTo: .seconds(60))
            } else {
                await record(items)
                await pace.next()
            }
        }
    }

    /// Tries for as long as the leases could hold: after that, the mails are somebody else's, under the same Message-IDs.
    private func record(_ items: [HeldMails.Finished]) async {
        let backoff = Backoff(base: .milliseconds(200), cap: .seconds(2))
        for failures in 1...10 {
            do {
                try await lastWrite.observe { try await queue.settle(items.map { ($0.mail.id, $0.outcome) }, owner: owner) }
                items.forEach(log)
                break
            } catch {
                logger.error("cannot record what became of mails", metadata: [LogKey.error: "\(error)", LogKey.count: "\(items.count)"])
                try? await Task.sleep(for: backoff.delay(attempt: failures))
            }
        }
        held.withLock { $0.settled(items) }
        // There is room to claim more.
        queue.mailChanges.raise()
    }

    private func log(_ item: HeldMails.Finished) {
        let mail = item.mail
        var metadata: Logger.Metadata = [
            LogKey.requestID: "\(mail.requestID)", LogKey.mailID: "\(mail.id)", LogKey.attempt: "\(mail.attempts)",
        ]
        if let eventID = mail.eventID { metadata[LogKey.eventID] = "\(eventID)" }
        switch item.outcome {
        case .sent(let reply):
            Counter(label: Metric.mailReplies, dimensions: [("outcome", "sent")]).increment()
            metadata[LogKey.reply] = "\(reply)"
            logger.info("mail sent", metadata: metadata)
        case .retry(let time, let reply):
            Counter(label: Metric.mailReplies, dimensions: [("outcome", "deferred")]).increment()
            metadata[LogKey.reply] = "\(reply)"
            metadata[LogKey.nextAttempt] = "\(time)"
            logger.warning("mail deferred", metadata: metadata)
        case .dead(let reply):
            Counter(label: Metric.mailReplies, dimensions: [("outcome", "dead")]).increment()
            metadata[LogKey.reply] = "\(reply)"
            logger.error("mail given up", metadata: metadata)
        }
    }
}
