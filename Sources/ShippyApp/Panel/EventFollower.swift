import ShippyConfiguration
import ShippyCore
import ShippyTUI

/// Sends new `user.created` events to the panel, with the notices of `events tail`.
struct EventFollower: Sendable {
    private static let batchLimit = 200

    let inbox: PanelInbox
    let openBus: @Sendable () throws -> any EventBus

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
                inbox.post(.events([EventLine(ShippyError.reason(of: error), isNotice: true)]))
                outage.fail()
                // Throws only when cancelled, which ends the loop.
                try? await Task.sleep(for: outage.pause)
            }
        }
    }

    private func follow(_ bus: any EventBus, onSuccess: () -> Void) async throws {
        let reader = try await bus.reader(subjects: [SubjectFilter("user.created")], from: .new)
        do {
            while true {
                try Task.checkCancellation()
                let items = try await reader.next(limit: Self.batchLimit, wait: .seconds(1))
                onSuccess()
                if !items.isEmpty { inbox.post(.events(items.map(Self.line))) }
            }
        } catch {
            await reader.close()
            throw error
        }
    }

    private static func line(_ item: StreamItem) -> EventLine {
        switch item {
        case .event(let event): EventLine(EventRenderer(format: .text, showsHeaders: false, style: .plain).line(event))
        case .notice(let notice): EventLine(EventRenderer.describe(notice), isNotice: true)
        }
    }
}
