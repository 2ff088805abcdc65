package import Foundation
import GRPCCore
import GRPCProtobuf
package import ShippyCore
import ShippyDiscovery
import ShippyRPC
import ShippyRPCClient
package import ShippyTLS
import SwiftProtobuf
import Synchronization

/// Connections to instances of the services.
package final class Connections: Sendable {
    private static let patience = Duration.seconds(2)
    private static let freshness = Duration.seconds(2)

    private let pool = ClientPool()
    private let tls: ClientTLS
    private let allowsInsecure: Bool
    private let trusted: Set<uid_t>
    /// When each address last answered ``reach(_:)``.
    private let answered = Mutex<[String: ContinuousClock.Instant]>([:])

    /// - Parameters:
    ///   - tls: decides which instances are called over TLS.
    ///   - allowsInsecure: whether secrets may be sent to other machines without encryption.
    ///   - trusted: the users of this machine whose processes may be sent secrets without encryption.
    package init(tls: ClientTLS = ClientTLS(), allowsInsecure: Bool = false, trusted: Set<uid_t> = [geteuid(), 0]) {
        self.tls = tls
        self.allowsInsecure = allowsInsecure
        self.trusted = trusted
    }

    /// What a connection to `instance` must fulfil.
    ///
    /// - Parameter isSecret: whether something is sent over it that others must not read.
    /// - Throws: ``NotCarriedOut`` for an instance that may not be called without TLS, or, if something secret would be sent,
    ///   ``ShippyError`` `.denied`; so for one on another machine without encryption.
    func safeguard(for instance: Instance, isSecret: Bool) throws -> Safeguard {
        do {
            if try tls.isUsed(for: instance) { return .encryption(tls) }
        } catch {
            throw isSecret ? error : NotCarriedOut(ShippyError.wrapping(error))
        }
        guard isSecret else { return .none }
        if try HostPort(instance.address).isLoopback { return .localUsers(trusted) }
        if allowsInsecure { return .none }
        throw ShippyError(
            .denied,
            "\(instance.service) at \(instance.address) is not encrypted, so a password or token sent there could be read on its way: give the service a certificate with --tls-cert, or set SHIPPY_ALLOW_INSECURE=true to send it nevertheless"
        )
    }

    func client(for instance: Instance, _ safeguard: Safeguard) throws -> GRPCClient<ClientPool.Transport> {
        try pool.client(for: HostPort(instance.address), safeguard)
    }

    /// The error of a call to `instance`: a ``ShippyError``, or ``NotCarriedOut`` if the call certainly did nothing.
    ///
    /// It is `.denied` if another user's process answers at the address.
    func failure(_ error: RPCError, of instance: Instance, _ safeguard: Safeguard) -> any Error {
        if let answer = error.strangerText { return NotCarriedOut(service: instance.service, address: instance.address, answer: answer) }
        let isLost = [.unavailable, .deadlineExceeded, .cancelled].contains(error.code)
        guard isLost, let attempts = (try? HostPort(instance.address)).map({ pool.attempts(to: $0, safeguard) }), let reason = attempts.failure
        else { return ShippyError(error, service: instance.service, address: instance.address) }
        let failure = ShippyError(reason.code, "\(instance.service) at \(instance.address): \(reason.message)")
        return attempts.wasMade || failure.code == .denied ? failure : NotCarriedOut(failure)
    }

    /// Checks that an instance answers at all. One that answered in the last 2 s is not called again.
    ///
    /// Calls a method that does not exist, because the process answers that without its store, and however many passwords wait to
    /// be hashed.
    /// - Throws: ``ShippyError`` `.unavailable` if no answer comes within 2 s, and ``NotCarriedOut`` if no connection may be made.
    package func reach(_ instance: Instance) async throws {
        let isKnown = answered.withLock { $0[instance.address].map { $0.duration(to: .now) < Self.freshness } ?? false }
        if isKnown { return }
        var options = CallOptions.defaults
        options.timeout = Self.patience
        let safeguard = try safeguard(for: instance, isSecret: false)
        do {
            _ = try await client(for: instance, safeguard).unary(
                request: ClientRequest(message: Google_Protobuf_Empty()),
                descriptor: MethodDescriptor(fullyQualifiedService: "shippy.v1.Reach", method: "Reach"),
                serializer: ProtobufSerializer<Google_Protobuf_Empty>(), deserializer: ProtobufDeserializer<Google_Protobuf_Empty>(), options: options
            ) { try $0.message }
        } catch let error as RPCError where error.code == .unavailable || error.code == .deadlineExceeded || error.code == .cancelled {
            if let refusal = failure(error, of: instance, safeguard) as? NotCarriedOut { throw refusal }
            throw ShippyError(.unavailable, "\(instance.service) at \(instance.address): no answer within \(Int(Self.patience.seconds)) s")
        } catch is RPCError {
            // Any other error is an answer too.
        }
        answered.withLock { $0[instance.address] = .now }
    }

    /// Whether any of these instances answers at all within 2 s. One to which no connection may be made counts: it is there.
    package func reachesAny(of instances: [Instance]) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            for instance in instances {
                group.addTask {
                    do {
                        try await self.reach(instance)
                        return true
                    } catch {
                        return error is NotCarriedOut
                    }
                }
            }
            let isReached = await group.contains(true)
            group.cancelAll()
            return isReached
        }
    }

    package func close() async { await pool.close() }
}
