import GRPCCore
import ShippyClient
import ShippyCore
import ShippyRPC
import Synchronization
import Testing

@Suite struct NotificatorClientTests {
    private struct Failing: Pb_Notificator.SimpleServiceProtocol {
        let called: @Sendable () -> Void

        func sendEmail(request: Pb_SendEmailRequest, context: ServerContext) async throws -> Pb_SendEmailReply {
            called()
            throw RPCError(code: .unavailable, message: "the answer is lost")
        }
    }

    /// The first one may have queued it: another one would send a second mail.
    @Test func aMailIsAskedForOnce() async throws {
        let calls = Mutex(0)
        let services = (0..<2).map { _ in Failing { calls.withLock { $0 += 1 } } }
        try await Instances.serving("notificator", services) { balancer in
            let connections = Connections()
            let error = await #expect(throws: ShippyError.self) {
                try await NotificatorClient(balancer: balancer, connections: connections).send(to: "ada@example.com", content: "x")
            }
            #expect(error?.code == .unavailable)
            await connections.close()
        }
        #expect(calls.withLock { $0 } == 1)
    }
}
