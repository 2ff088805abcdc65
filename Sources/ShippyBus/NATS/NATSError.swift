import CNats
import ShippyCore

/// An error that libnats reported.
struct NATSError: Error {
    var status: natsStatus
    /// JetStream's own code, where there is one.
    var code: UInt32

    /// - Throws: ``NATSError`` unless `status` is OK.
    static func check(_ status: natsStatus, _ code: jsErrCode = jsErrCode(rawValue: 0)) throws {
        guard status == NATS_OK else { throw NATSError(status: status, code: code.rawValue) }
    }

    var reason: String {
        var last = status
        let detail = nats_GetLastError(&last).map { String(cString: $0) } ?? ""
        let general = String(cString: natsStatus_GetText(status))
        return detail.isEmpty || last != status ? general : detail
    }

    /// Whether the server runs without JetStream, or this account may not use it.
    var isWithoutJetStream: Bool { status == NATS_NO_RESPONDERS || [10039, 10076].contains(code) }

    /// Whether the stream or the consumer that was asked for is not there.
    var isNotFound: Bool { status == NATS_NOT_FOUND || [10059, 10014].contains(code) }

    /// Whether there is no event under the sequence that was asked for.
    var isNoMessage: Bool { code == 10037 || (status == NATS_NOT_FOUND && code == 0) }

    /// Whether it may pass by itself soon: a cluster that elects its leader, or an answer that did not come.
    var isPassing: Bool {
        [NATS_TIMEOUT, NATS_CONNECTION_DISCONNECTED].contains(status) || [10004, 10005, 10007, 10008, 10009, 10118, 10119].contains(code)
    }

    /// Whether it will come again as long as nobody changes rights or settings.
    var isRefusal: Bool { [NATS_CONNECTION_AUTH_FAILED, NATS_NOT_PERMITTED, NATS_INVALID_ARG].contains(status) }

    /// - Parameter server: where it is, without a password.
    func shippyError(_ what: String, server: String) -> ShippyError {
        let text = reason.visiblyEscaped(limit: 300)
        if isWithoutJetStream {
            return ShippyError(.unavailable, "\(what): NATS at \(server) has no JetStream: start nats-server with -js, or use another bus")
        }
        switch status {
        case NATS_CONNECTION_AUTH_FAILED, NATS_NOT_PERMITTED: return ShippyError(.denied, "\(what): NATS at \(server) refuses: \(text)")
        case NATS_INVALID_ARG: return ShippyError(.usage, "\(what): NATS at \(server): \(text)")
        default: return ShippyError(.unavailable, "\(what): NATS at \(server): \(text)", retryAfter: .seconds(2))
        }
    }
}
