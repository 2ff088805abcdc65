package import Hummingbird
package import ShippyAccess

/// A request to a route that its caller may use.
package struct HTTPCall: Sendable {
    package let request: Request
    /// The variable part of the path, decoded; empty if the route's path has none.
    package let parameter: String
    package let credentials: PresentedCredentials
    package let caller: Caller
    /// The client's, or a new one.
    package let requestID: String
}
