package import ShippyCore

/// The mails of events that a consumer group has not taken yet.
package struct MailBacklog: Sendable {
    private let mailing: Mailing

    package init(_ mailing: Mailing) {
        self.mailing = mailing
    }

    /// Queues these mails so that they are due at `time`, and acknowledges the events. An event of which no mail can be made counts as a
    /// failed delivery.
    ///
    /// - Parameter reply: what the mails show as the last reply.
    /// - Returns: how many mails were queued.
    package func hold(until time: Timestamp, saying reply: String, bus: any EventBus, queue: any MailQueue) async throws -> Int {
        let consumer = try await bus.consumer(mailing.group)
        do {
            var count = 0
            while true {
                try Task.checkCancellation()
                let batch = try await consumer.fetch(limit: ConsumerState.batchLimit, wait: .zero)
                guard !batch.events.isEmpty else { break }
                var mails: [Mail] = []
                var failures: [Int64: String] = [:]
                for event in batch.events {
                    do {
                        guard var mail = try mailing.mail(event, .now) else { continue }
                        (mail.nextAttemptAt, mail.lastReply) = (time, reply)
                        mails.append(mail)
                    } catch {
                        failures[event.sequence] = ShippyError.reason(of: error)
                    }
                }
                count += try await queue.enqueue(mails).filter { $0.isNew }.count
                _ = try await consumer.settle(batch, failures: failures)
            }
            await consumer.close()
            return count
        } catch {
            await consumer.close()
            throw error
        }
    }
}
