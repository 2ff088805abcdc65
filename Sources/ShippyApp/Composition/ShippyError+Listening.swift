import Foundation
import GRPCCore
import NIOCore
import ShippyConfiguration
import ShippyCore

extension ShippyError {
    /// The error for an address on which a server cannot listen.
    static func cannotListen(on address: HostPort, of endpoint: Endpoint, errno code: Int32) -> ShippyError {
        let flag = endpoint.setting.row.flag
        switch code {
        case EADDRINUSE:
            return ShippyError(
                .failed, "cannot listen on \(address): the port is already in use; choose another with \(flag), or port 0 for a free one")
        case EACCES:
            return ShippyError(.denied, "cannot listen on \(address): ports below 1024 need root privileges; choose a higher one with \(flag)")
        case EADDRNOTAVAIL:
            return ShippyError(.usage, "cannot listen on \(address): this machine has no such address")
        default:
            return ShippyError(.failed, "cannot listen on \(address): \(String(cString: strerror(code)))")
        }
    }

    /// The same for any error of a server. A cancellation is returned unchanged.
    static func cannotListen(on address: HostPort, of endpoint: Endpoint, _ error: any Error) -> any Error {
        if error is CancellationError { return error }
        // gRPC wraps the errors of its transport.
        if let cause = (error as? RuntimeError)?.cause { return cannotListen(on: address, of: endpoint, cause) }
        if let error = error as? IOError { return cannotListen(on: address, of: endpoint, errno: error.errnoCode) }
        return ShippyError(.failed, "cannot listen on \(address): \(error)")
    }
}
