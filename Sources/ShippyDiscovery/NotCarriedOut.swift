package import ShippyCore

/// A call certainly did nothing: something other than the service answered on the address, or the connection was refused. Any call
/// may then be made on another instance.
package struct NotCarriedOut: Error {
    package let error: ShippyError

    /// - Parameter error: why no connection was made.
    package init(_ error: ShippyError) {
        self.error = error
    }

    /// - Parameter answer: a description of the answer, such as `HTTP 404 Not Found`.
    package init(service: String, address: String, answer: String) {
        error = ShippyError(
            .unavailable,
            "\(address) is registered as \(service) but answered \(answer.visiblyEscaped(limit: 80)): it is not a shippy instance")
    }
}
