/// The oldest version of TLS that a connection may use.
package enum LeastTLSVersion: String, CaseIterable, Sendable {
    case v12 = "1.2"
    case v13 = "1.3"
}
