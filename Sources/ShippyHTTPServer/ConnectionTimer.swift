import NIOCore

/// Decides when to close a connection: when a request does not arrive completely in time, even if the client keeps sending single
/// bytes, and when the connection has been silent for too long. Confined to its event loop.
///
/// There is one timer per connection, not per request, so a request costs only readings of the clock.
final class ConnectionTimer {
    private let requestTime: TimeAmount
    private let idleTime: TimeAmount

    /// When the arriving request began; nil between requests.
    private var beganAt: NIODeadline?
    /// When a request part was last read, or an answer last written.
    private var activeAt = NIODeadline.now()
    private var timer: RepeatedTask?

    init(_ limits: HTTPLimits) {
        requestTime = limits.requestTime
        idleTime = limits.idleTime
    }

    /// - Parameters:
    ///   - isAnswering: whether a request is being answered. Then a connection without an arriving request is not idle.
    ///   - onEnd: called when the connection must be closed.
    func start(on loop: any EventLoop, isAnswering: @escaping () -> Bool, onEnd: @escaping () -> Void) {
        guard timer == nil else { return }
        // A new connection must send its first request in time.
        beganAt = .now()
        let delay = min(min(requestTime, idleTime), .seconds(2))
        let bound = NIOLoopBound((self, isAnswering, onEnd), eventLoop: loop)
        timer = loop.scheduleRepeatedTask(initialDelay: delay, delay: delay) { _ in
            let (timer, isAnswering, onEnd) = bound.value
            if timer.isLate(.now(), isAnswering: isAnswering()) { onEnd() }
        }
    }

    private func isLate(_ now: NIODeadline, isAnswering: Bool) -> Bool {
        if let beganAt, beganAt + requestTime < now { return true }
        return (beganAt != nil || !isAnswering) && activeAt + idleTime < now
    }

    func requestBegins() {
        activeAt = .now()
        beganAt = activeAt
    }

    func requestGoesOn() { activeAt = .now() }

    func requestEnds() { beganAt = nil }

    func answerEnds() { activeAt = .now() }

    func stop() { timer?.cancel() }
}
