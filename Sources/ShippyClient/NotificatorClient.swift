import GRPCCore
import ShippyCore
package import ShippyDiscovery
import ShippyRPC
import ShippyRPCClient
import SwiftProtobuf

/// The notificator over gRPC, on any live instance.
package struct NotificatorClient: Sendable {
    private let balancer: Balancer
    private let connections: Connections

    package init(balancer: Balancer, connections: Connections) {
        self.balancer = balancer
        self.connections = connections
    }

    /// Adds a mail to the queue.
    ///
    /// The protocol has no idempotency key, so a request whose answer was lost is not sent again.
    /// - Returns: the mail's ID.
    package func send(to email: String, content: String, requestID: String) async throws -> String {
        var options = CallOptions.defaults
        options.timeout = .seconds(10)
        let request = Pb_SendEmailRequest.with {
            $0.email = email
            $0.content = content
        }
        let metadata: Metadata = [HeaderName.requestIDMetadata: .string(requestID)]
        return try await balancer.call(isSafeToRepeat: false, reach: { [connections] in try await connections.reach($0) }) { [options] instance in
            do {
                let client = Pb_Notificator.Client(wrapping: try connections.client(for: instance))
                return try await client.sendEmail(request, metadata: metadata, options: options).id
            } catch let error as RPCError {
                if let answer = error.strangerText { throw NotCarriedOut(service: "notificator", address: instance.address, answer: answer) }
                throw ShippyError(error, service: "notificator", address: instance.address)
            }
        }
    }
}
