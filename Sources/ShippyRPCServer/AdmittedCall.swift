package import ShippyAccess

/// A call whose caller may make it.
package struct AdmittedCall: Sendable {
    package let caller: Caller
    /// The client's, or a new one.
    package let requestID: String
}
