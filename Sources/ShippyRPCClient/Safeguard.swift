package import Glibc
package import ShippyTLS

/// What a connection must fulfil before anything is sent over it.
package enum Safeguard: Sendable {
    /// Nothing.
    case none
    /// It is encrypted, and the server has proved its name.
    case encryption(ClientTLS)
    /// The process at its other end runs on this machine, as one of these users.
    case localUsers(Set<uid_t>)
}
