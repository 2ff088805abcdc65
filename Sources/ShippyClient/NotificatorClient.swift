import GRPCCore
import ShippyCore
package import ShippyDiscovery
import ShippyRPC
import ShippyRPCClient
import SwiftProtobuf

/// The notificator over gRPC, on any live instance.
package struct NotificatorClient: Sendable {
    private let caller: ServiceCaller

    package init(balancer: Balancer, connections: Connections, credentials: CallCredentials) {
        caller = ServiceCaller(service: "notificator", balancer: balancer, connections: connections, credentials: credentials)
    }

    /// Adds a mail to the queue.
    ///
    /// The protocol has no idempotency key, so a request whose answer was lost is not sent again.
    /// - Returns: the mail's ID.
    package func send(to email: String, content: String, requestID: String) async throws -> String {
        let request = Pb_SendEmailRequest.with {
            $0.email = email
            $0.content = content
        }
        return try await caller.call(isSafeToRepeat: false, requestID: requestID) {
            try await Pb_Notificator.Client(wrapping: $0).sendEmail(request, metadata: $1, options: $2).id
        }
    }
}
