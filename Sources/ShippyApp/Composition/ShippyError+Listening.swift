import Foundation
import GRPCCore
import NIOCore
import ShippyCore

extension ShippyError {
    /// The error for an address on which a server cannot listen.
    static func cannotListen(on address: HostPort, errno code: Int32) -> ShippyError {
        switch code {
        case EADDRINUSE:
            ShippyError(.failed, "cannot listen on \(address): the port is already in use; choose another, or 0 for any free one")
        case EACCES:
            ShippyError(.denied, "cannot listen on \(address): ports below 1024 need root privileges; choose a higher one")
        case EADDRNOTAVAIL:
            ShippyError(.usage, "cannot listen on \(address): this machine has no such address")
        default:
            ShippyError(.failed, "cannot listen on \(address): \(String(cString: strerror(code)))")
        }
    }

    /// The same for any error of a server. A cancellation is returned unchanged.
    static func cannotListen(on address: HostPort, _ error: any Error) -> any Error {
        if error is CancellationError { return error }
        // gRPC wraps the errors of its transport.
        if let cause = (error as? RuntimeError)?.cause { return cannotListen(on: address, cause) }
        if let error = error as? IOError { return cannotListen(on: address, errno: error.errnoCode) }
        return ShippyError(.failed, "cannot listen on \(address): \(error)")
    }
}
