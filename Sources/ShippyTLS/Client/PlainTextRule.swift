/// When a client may call an instance without TLS.
package enum PlainTextRule: Sendable {
    /// If the instance does not say that it speaks TLS.
    case allowed
    /// Only on a loopback address, which other machines cannot be at.
    case onLoopback
    case never
}
