/// An error that a caller can act on, whatever the transport.
///
/// The message begins in lower case, names the value, and says what to do. It may be shown to anyone, so it never contains
/// a password, a hash or a token.
package struct ShippyError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// An invalid flag, address, URL or time.
        case usage
        /// Data that is malformed: not JSON, a missing field.
        case malformed
        /// A well-formed field with a value that is not allowed.
        case invalid
        /// A conflict with existing data, such as a duplicate e-mail address.
        case conflict
        /// The caller's change is based on an earlier revision than the present one.
        case outdated
        case notFound = "not-found"
        /// Larger than allowed.
        case tooLarge = "too-large"
        /// A queue is full; retry later.
        case overloaded
        /// The caller has asked too often; retry later.
        case limited
        /// A service or an engine cannot be reached.
        case unavailable
        /// The system, an engine or a file's owner does not permit it. The caller of a service cannot change that, and is told
        /// nothing of it: compare `forbidden`.
        case denied
        /// No valid token where one is needed.
        case unauthenticated
        /// The caller is known, but has too small a role.
        case forbidden
        case failed
        /// Events were missed, and the caller asked to fail on that.
        case gap
    }

    package var code: Code
    package var message: String
    /// The invalid field of the request.
    package var field: String?
    /// How long to wait before retrying; nil if retrying is pointless.
    package var retryAfter: Duration?
    /// Whether the call may have taken effect all the same: then a client must not repeat it on its own.
    package private(set) var mayHaveTakenEffect = false
    /// Whether the client may see the message even though errors with this code are otherwise internal.
    private var isForClients = false

    package init(_ code: Code, _ message: String, field: String? = nil, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.field = field
        self.retryAfter = retryAfter
    }

    package var description: String { message }

    /// Whether the server is at fault. Then the client gets ``forClients(requestID:)``, and the log gets the details.
    package var isInternal: Bool {
        switch code {
        case .unavailable, .failed, .denied, .gap: !isForClients
        case .usage, .malformed, .invalid, .conflict, .outdated, .notFound, .tooLarge, .overloaded, .limited, .unauthenticated, .forbidden: false
        }
    }

    /// The error as a client may see it. An internal error says only whether to retry.
    package func forClients(requestID: String) -> ShippyError {
        guard isInternal else { return self }
        if code == .unavailable {
            return ShippyError(.unavailable, "the store is unavailable: try again later", retryAfter: retryAfter ?? .seconds(5))
        }
        return ShippyError(.failed, "internal error: see the server's log for request ID \(requestID)")
    }

    /// The caller or the server stopped waiting for a call.
    package static var cancelled: ShippyError {
        ShippyError(.overloaded, "the call was cancelled: try again in a second", retryAfter: .seconds(1))
    }

    /// A service refuses a call because it is shutting down.
    package static func shuttingDown(_ service: String) -> ShippyError {
        unavailableForClients("the \(service) service is shutting down: use another instance, or try again in a second", retryAfter: .seconds(1))
    }

    /// A write is refused because too many others are waiting.
    package static var tooManyWait: ShippyError {
        ShippyError(.overloaded, "too many requests are waiting: try again in a second", retryAfter: .seconds(1))
    }

    /// A write was given up before it began, because the disk was busy with other writes.
    package static func notBegun(within limit: Duration) -> ShippyError {
        unavailableForClients("the disk did not respond within \(limit) and nothing was written: try again later", retryAfter: .seconds(5))
    }

    /// A write is still under way after `limit`.
    package static func outcomeUnknown(after limit: Duration) -> ShippyError {
        var error = unavailableForClients(
            "the disk did not respond within \(limit) and the outcome is unknown: try again later, with the same Idempotency-Key if you sent one",
            retryAfter: .seconds(5))
        error.mayHaveTakenEffect = true
        return error
    }

    /// A process that has another secret than the one the signing keys were encrypted under can neither verify nor issue a token.
    package static var secretIsAnother: ShippyError {
        unavailableForClients(
            "this process can check no token and log nobody in: its secret is not the one of the installation", retryAfter: .seconds(60))
    }

    private static func unavailableForClients(_ message: String, retryAfter: Duration) -> ShippyError {
        var error = ShippyError(.unavailable, message, retryAfter: retryAfter)
        error.isForClients = true
        return error
    }

    /// `error` itself if it is a ``ShippyError``, otherwise its description with the code `code`.
    package static func wrapping(_ error: any Error, as code: Code = .failed) -> ShippyError {
        error as? ShippyError ?? ShippyError(code, String(describing: error))
    }
}

extension ShippyError {
    /// A short description of any error, to show to a user.
    package static func reason(of error: any Error) -> String {
        (error as? ShippyError)?.message ?? String(describing: error).visiblyEscaped(limit: 200)
    }
}
