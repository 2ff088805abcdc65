import ShippyCore
import ShippyEvents
import ShippyTUI

/// Sends the last and all new events to the panel, with the notices of `events tail`.
actor EventFollower {
    private static let batchLimit = 500
    /// Longer data is cut: a list shows one line.
    private static let textLimit = 2000

    private let inbox: PanelInbox
    private let openBus: @Sendable () throws -> any EventBus
    private var arrivals = 0
    /// Where to go on after an outage; nil before the first event.
    private var lastSequence: Int64?

    init(inbox: PanelInbox, openBus: @escaping @Sendable () throws -> any EventBus) {
        self.inbox = inbox
        self.openBus = openBus
    }

    /// Runs until cancelled.
    func run() async {
        var outage = Outage(base: .milliseconds(500), cap: .seconds(10))
        while !Task.isCancelled {
            do {
                let bus = try openBus()
                do {
                    try await follow(bus) { outage.end() }
                } catch {
                    await bus.close()
                    throw error
                }
            } catch {
                guard !Task.isCancelled else { return }
                inbox.post(.eventsLost(reason: ShippyError.reason(of: error)))
                outage.fail()
                // Throws only when cancelled, which ends the loop.
                try? await Task.sleep(for: outage.pause)
            }
        }
    }

    private func follow(_ bus: any EventBus, onSuccess: () -> Void) async throws {
        let start: StartPosition = lastSequence.map { .sequence($0 + 1) } ?? .last(Panel.eventLimit)
        let reader = try await bus.reader(subjects: [SubjectFilter(">")], from: start)
        inbox.post(.eventsLost(reason: nil))
        do {
            while true {
                try Task.checkCancellation()
                let items = try await reader.next(limit: Self.batchLimit, wait: .seconds(1))
                onSuccess()
                if !items.isEmpty { post(items) }
            }
        } catch {
            await reader.close()
            throw error
        }
    }

    private func post(_ items: [StreamItem]) {
        var rows: [EventRow] = []
        var created: [Int64: Int] = [:]
        for item in items {
            switch item {
            case .event(let event):
                if event.subject == .userCreated { created[event.time.milliseconds / 1000, default: 0] += 1 }
                lastSequence = event.sequence
                rows.append(row(event))
            case .notice(.away(let time)):
                inbox.post(.eventsLost(reason: EventRenderer.describe(.away(time))))
            case .notice(let notice):
                if case .reset = notice { lastSequence = nil }
                arrivals += 1
                rows.append(EventRow(id: arrivals, sequence: nil, time: .now, text: EventRenderer.describe(notice)))
            }
        }
        inbox.post(.events(rows, created: created))
    }

    private func row(_ event: Event) -> EventRow {
        arrivals += 1
        let payload = DecodedPayload(event)
        var (userID, email): (String?, String?) = (event.headers[HeaderName.id], nil)
        let text: String
        switch payload {
        case .user(let user, _):
            text = [user.email, user.name, user.company].filter { !$0.isEmpty }.map { Secrets.hidden(in: $0) }.joined(separator: "  ")
            if !user.id.isEmpty { userID = user.id }
            email = user.email
        case .json(let bytes): text = String(decoding: bytes.prefix(Self.textLimit), as: UTF8.self)
        case .text(let whole): text = String(whole.prefix(Self.textLimit))
        case .binary(let bytes): text = "\(bytes.count) bytes of binary data"
        }
        return EventRow(
            id: arrivals, sequence: event.sequence, eventID: event.id, subject: event.subject.description, time: event.time, text: text,
            userID: userID, email: email, requestID: event.headers[HeaderName.requestID], headers: EventRenderer.headers(of: event))
    }
}
