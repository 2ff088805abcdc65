/// What went wrong, in terms that a caller of any transport can act on.
///
/// The message begins in lower case, names the value, and says what to do. It may be shown to anyone: it never holds
/// a password, a hash or a token.
package struct ShippyError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// A flag, address, URL or time that cannot be read.
        case usage
        /// Data that is malformed: not JSON, a missing field.
        case malformed
        /// A well-formed field with a value that is not allowed.
        case invalid
        /// In conflict with what is there, such as an e-mail address that is taken.
        case conflict
        case notFound = "not-found"
        /// More than is allowed at once, in size.
        case tooLarge = "too-large"
        /// A queue is full; to be tried again later.
        case overloaded
        /// A service or an engine cannot be reached.
        case unavailable
        case denied
        case failed
        /// A gap in the events, where the caller asked to fail on one.
        case gap
    }

    package var code: Code
    package var message: String
    /// The field of the request that is to blame.
    package var field: String?
    /// When a try again makes sense.
    package var retryAfter: Duration?
    /// Of a kind that is internal otherwise, but meant for the client, and no fault.
    private var isForClients = false

    package init(_ code: Code, _ message: String, field: String? = nil, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.field = field
        self.retryAfter = retryAfter
    }

    package var description: String { message }

    /// Whether the fault is ours: then the client gets ``forClients(requestID:)`` and the log the detail.
    package var isInternal: Bool {
        switch code {
        case .unavailable, .failed, .denied, .gap: !isForClients
        case .usage, .malformed, .invalid, .conflict, .notFound, .tooLarge, .overloaded: false
        }
    }

    /// What a client may know of this error: of an internal one, no more than whether to come back.
    package func forClients(requestID: String) -> ShippyError {
        guard isInternal else { return self }
        if code == .unavailable {
            return ShippyError(.unavailable, "the store is not available: try again later", retryAfter: retryAfter ?? .seconds(5))
        }
        return ShippyError(.failed, "internal error: the log has it under request id \(requestID)")
    }

    /// For a call that ended because nobody waits for it, or because the server does not wait for it any longer.
    package static var cancelled: ShippyError {
        ShippyError(.overloaded, "the call was cut short: try again in a second", retryAfter: .seconds(1))
    }

    /// For a call that a service does not take on any more because it shuts down.
    package static func shuttingDown(_ service: String) -> ShippyError {
        var error = ShippyError(
            .unavailable, "the \(service) service is shutting down: ask another instance, or try again in a second", retryAfter: .seconds(1))
        error.isForClients = true
        return error
    }

    /// For a write that is not taken on: those that wait already are too many.
    package static var tooManyWait: ShippyError {
        ShippyError(.overloaded, "too many requests wait: try again in a second", retryAfter: .seconds(1))
    }

    /// For a write that was given up before it was begun with: the disk is busy with others.
    package static func notBegun(within limit: Duration) -> ShippyError {
        ShippyError(.overloaded, "the disk has not answered within \(limit), and nothing was written: try again later", retryAfter: .seconds(5))
    }

    /// For a write that is under way still.
    package static func outcomeUnknown(after limit: Duration) -> ShippyError {
        ShippyError(
            .overloaded,
            "the disk has not answered within \(limit), and the outcome is unknown: ask again later, with the same Idempotency-Key",
            retryAfter: .seconds(5))
    }

    /// Any error in our terms: itself, or its description under `code`.
    package static func wrapping(_ error: any Error, as code: Code = .failed) -> ShippyError {
        error as? ShippyError ?? ShippyError(code, String(describing: error))
    }
}

extension ShippyError {
    /// What any error says, in short, to a person.
    package static func reason(of error: any Error) -> String {
        (error as? ShippyError)?.message ?? String(describing: error).visiblyEscaped(limit: 200)
    }
}
