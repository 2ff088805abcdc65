import ShippyCore

extension ShippyError {
    /// Somebody has asked too often, and has to wait, in whole seconds.
    static func limited(_ what: String, for wait: Duration) -> ShippyError {
        let seconds = max(1, wait.components.seconds + (wait.components.attoseconds > 0 ? 1 : 0))
        return ShippyError(.limited, "\(what): try again in \(seconds) \(seconds == 1 ? "second" : "seconds")", retryAfter: .seconds(seconds))
    }
}
