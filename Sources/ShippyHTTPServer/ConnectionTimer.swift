import NIOCore

/// Knows when a connection is to be closed: when its request does not arrive whole in time, so that a client that sends a byte a
/// second holds nothing for long, and when it has been silent for too long. Confined to its event loop.
///
/// One timer goes with the connection, not with each request: a busy connection pays for nothing but a clock.
final class ConnectionTimer {
    private let requestTime: TimeAmount
    private let idleTime: TimeAmount

    /// When the request that is arriving began; nil between requests.
    private var beganAt: NIODeadline?
    /// When something was last read, or the last answer written.
    private var activeAt = NIODeadline.now()
    private var timer: RepeatedTask?

    init(_ limits: HTTPLimits) {
        requestTime = limits.requestTime
        idleTime = limits.idleTime
    }

    /// - Parameters:
    ///   - isAnswering: whether a request that is here whole is being answered, which may take its time.
    ///   - onEnd: called when the connection is to be closed.
    func start(on loop: any EventLoop, isAnswering: @escaping () -> Bool, onEnd: @escaping () -> Void) {
        guard timer == nil else { return }
        // A new connection owes its first request.
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
