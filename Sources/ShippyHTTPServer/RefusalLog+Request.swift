package import Logging
package import ShippyCore

extension RefusalLog {
    /// Logs why a request failed, unless the client is at fault. During an outage, every request fails with the same error.
    package func logFailure(_ error: ShippyError, requestID: String, to logger: Logger) {
        guard error.isInternal else { return }
        log("request failed", of: "\(error)", at: .error, to: logger, [LogKey.requestID: "\(requestID)", LogKey.error: "\(error)"])
    }
}
