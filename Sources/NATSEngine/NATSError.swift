import CNats
import ShippyCore

/// An error that libnats reported.
struct NATSError: Error {
    var status: natsStatus
    /// JetStream's own code, if there is one.
    var code: jsErrCode

    /// - Throws: ``NATSError`` unless `status` is OK.
    static func check(_ status: natsStatus, _ code: jsErrCode = .none) throws {
        guard status == NATS_OK else { throw NATSError(status: status, code: code) }
    }

    var reason: String {
        switch status {
        case NATS_NO_SERVER: return "cannot connect"
        case NATS_CONNECTION_DISCONNECTED, NATS_CONNECTION_CLOSED: return "the connection is lost"
        case NATS_TIMEOUT: return "no answer in time"
        case NATS_SECURE_CONNECTION_WANTED: return "the server has no TLS: turn it on there, or use nats://"
        case NATS_SECURE_CONNECTION_REQUIRED: return "the server wants TLS: use tls://"
        default: break
        }
        var last = status
        let detail = nats_GetLastError(&last).map { String(cString: $0) } ?? ""
        let general = String(cString: natsStatus_GetText(status))
        return detail.isEmpty || last != status ? general : Self.withoutPlace(detail)
    }

    /// libnats includes the place in its source code, as in `(conn.c:2088): No server available`.
    static func withoutPlace(_ detail: String) -> String {
        detail.replacing(#/(\s*\([A-Za-z0-9_\/.\-]+\.[ch]:[0-9]+\):?)+\s*/#, with: " ").drop { $0 == " " }.description
    }

    /// Whether the server runs without JetStream, or this account may not use it.
    var isWithoutJetStream: Bool { status == NATS_NO_RESPONDERS || [JSNotEnabledErr, JSNotEnabledForAccountErr].contains(code) }

    /// Whether the requested stream or consumer does not exist.
    var isNotFound: Bool { status == NATS_NOT_FOUND || [JSStreamNotFoundErr, JSConsumerNotFoundErr].contains(code) }

    /// Whether there is no event at the requested sequence.
    var isNoMessage: Bool { code == JSNoMessageFoundErr || (status == NATS_NOT_FOUND && code == .none) }

    /// Whether it may be temporary: a cluster is electing its leader, or no answer came.
    var isPassing: Bool {
        [NATS_TIMEOUT, NATS_CONNECTION_DISCONNECTED].contains(status) || Self.passingCodes.contains(code)
    }

    private static let passingCodes = [
        JSClusterIncompleteErr, JSClusterNoPeersErr, JSClusterNotAssignedErr, JSClusterNotAvailErr, JSClusterNotLeaderErr, JSStreamOfflineErr,
        JSConsumerOfflineErr,
    ]

    /// Whether it will recur until permissions or settings are changed.
    var isRefusal: Bool { [NATS_CONNECTION_AUTH_FAILED, NATS_NOT_PERMITTED, NATS_INVALID_ARG].contains(status) }

    /// - Parameter server: the server's address, without a password.
    func shippyError(_ what: String, server: String) -> ShippyError {
        let text = reason.visiblyEscaped(limit: 300)
        if isWithoutJetStream {
            return ShippyError(.unavailable, "\(what): NATS at \(server) has no JetStream: start nats-server with -js, or use another bus")
        }
        switch status {
        case NATS_CONNECTION_AUTH_FAILED, NATS_NOT_PERMITTED: return ShippyError(.denied, "\(what): NATS at \(server) refused the request: \(text)")
        case NATS_INVALID_ARG: return ShippyError(.usage, "\(what): NATS at \(server): \(text)")
        default: return ShippyError(.unavailable, "\(what): NATS at \(server): \(text)", retryAfter: .seconds(2))
        }
    }
}

extension jsErrCode {
    /// The value that libnats leaves when JetStream reported no error.
    static let none = jsErrCode(rawValue: 0)
    /// A message with more than 64 KiB of headers: libnats 3.4 has no name for it.
    static let headersTooLarge = jsErrCode(rawValue: 10097)
}
