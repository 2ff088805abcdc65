package import ShippyCore

/// A call that certainly did nothing at an instance: something else listens on its address. It may be made elsewhere, whatever it is.
package struct NotCarriedOut: Error {
    package let error: ShippyError

    /// - Parameter answer: what came back, such as `HTTP 404 Not Found`.
    package init(service: String, address: String, answer: String) {
        error = ShippyError(
            .unavailable,
            "\(address) is registered as \(service) but answered \(answer.visiblyEscaped(limit: 80)): it is not a shippy instance")
    }
}
