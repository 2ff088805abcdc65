package import HTTPTypes
package import ShippyCore

extension ShippyError {
    /// The status of a response to a request that failed with this.
    package var httpStatus: HTTPResponse.Status {
        switch code {
        case .usage, .malformed: .badRequest
        case .invalid: .unprocessableContent
        case .conflict: .conflict
        case .outdated: .preconditionFailed
        case .notFound: .notFound
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .tooLarge: .contentTooLarge
        case .limited: .tooManyRequests
        case .overloaded, .unavailable: .serviceUnavailable
        case .failed, .denied, .gap: .internalServerError
        }
    }
}
