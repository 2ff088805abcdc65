package import GRPCCore
package import Logging
package import ShippyAccess
import ShippyCore
package import ShippyRPC
package import ShippyRPCServer
import SwiftProtobuf

/// `pb.Notificator`: the go-kit tutorial's notificator, for its clients.
package struct NotificatorGRPC: Pb_Notificator.ServiceProtocol, GuardedService {
    package static let operations: MethodOperations = [Pb_Notificator.Method.SendEmail.descriptor: [.tutorialSendEmail]]

    private let notificator: NotificatorService
    private let harness: CallHarness

    package init(notificator: NotificatorService, gate: AccessGate, logger: Logger) {
        self.notificator = notificator
        harness = CallHarness(service: "notificator", Self.operations, gate: gate, logger: logger)
    }

    package func sendEmail(
        request: ServerRequest<Pb_SendEmailRequest>, context: ServerContext
    ) async throws -> ServerResponse<Pb_SendEmailReply> {
        try await harness.answer(request, context) { message, call in
            let id = try await notificator.send(to: message.email, content: message.content, requestID: call.requestID)
            return .with { $0.id = id }
        }
    }
}
