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
    ///   - trusted: the users of this machine whose services may be sent secrets without encryption.
    package init(tls: ClientTLS = ClientTLS(), allowsInsecure: Bool = false, trusted: Set<uid_t> = [geteuid(), 0]) {
        self.tls = tls
        self.allowsInsecure = allowsInsecure
        self.trusted = trusted
    }

    /// Refuses to send a secret where others could read it on its way.
    /// - Throws: ``ShippyError`` `.denied` for an instance on another machine or of another user, unless connections are encrypted.
    func requireConfidential(_ instance: Instance) throws {
        if try tls.isUsed(for: instance) { return }
        let address = try HostPort(instance.address)
        if address.isLoopback { return try requireTrusted(instance, port: address.port) }
        if allowsInsecure { return }
        throw ShippyError(
            .denied,
            "\(instance.service) at \(instance.address) is not encrypted, so a password or token sent there could be read on its way: give the service a certificate with --tls-cert, or set SHIPPY_ALLOW_INSECURE=true to send it nevertheless"
        )
    }

    /// - Throws: ``ShippyError`` `.denied` for a port on which another user's process listens.
    private func requireTrusted(_ instance: Instance, port: Int) throws {
        guard let owners = LocalListeners.owners(ofPort: port), let stranger = owners.first(where: { !trusted.contains($0) }) else { return }
        throw ShippyError(
            .denied,
            "\(instance.service) at \(instance.address) is not this installation's: user \(stranger) listens there, so it gets no password and no token"
        )
    }

    /// - Throws: ``NotCarriedOut`` for an instance that may not be called without TLS.
    func client(for instance: Instance) throws -> GRPCClient<ClientPool.Transport> {
        let isEncrypted: Bool
        do {
            isEncrypted = try tls.isUsed(for: instance)
        } catch {
            throw NotCarriedOut(ShippyError.wrapping(error))
        }
        return try pool.client(for: HostPort(instance.address), tls: isEncrypted ? tls : nil)
    }

    /// The error of a call to `instance`: a ``ShippyError``, or ``NotCarriedOut`` if the call certainly did nothing.
    func failure(_ error: RPCError, of instance: Instance) -> any Error {
        if let answer = error.strangerText { return NotCarriedOut(service: instance.service, address: instance.address, answer: answer) }
        let isLost = [.unavailable, .deadlineExceeded, .cancelled].contains(error.code)
        guard isLost, let encryption = (try? HostPort(instance.address)).map(pool.encryption), let reason = encryption.failure else {
            return ShippyError(error, service: instance.service, address: instance.address)
        }
        let failure = ShippyError(.unavailable, "\(instance.service) at \(instance.address): \(reason)")
        return encryption.wasMade ? failure : NotCarriedOut(failure)
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
        do {
            _ = try await client(for: instance).unary(
                request: ClientRequest(message: Google_Protobuf_Empty()),
                descriptor: MethodDescriptor(fullyQualifiedService: "shippy.v1.Reach", method: "Reach"),
                serializer: ProtobufSerializer<Google_Protobuf_Empty>(), deserializer: ProtobufDeserializer<Google_Protobuf_Empty>(), options: options
            ) { try $0.message }
        } catch let error as RPCError where error.code == .unavailable || error.code == .deadlineExceeded || error.code == .cancelled {
            if let refusal = failure(error, of: instance) as? NotCarriedOut { throw refusal }
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
