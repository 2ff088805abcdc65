import GRPCCore
import ShippyClient
import ShippyCore
import ShippyRPC
import SwiftProtobuf
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
                try await NotificatorClient(balancer: balancer, connections: connections, credentials: .none)
                    .send(to: "ada@example.com", content: "x", requestID: "r1")
            }
            #expect(error?.code == .unavailable)
            await connections.close()
        }
        #expect(calls.withLock { $0 } == 1)
    }

    private struct Answering: Pb_Notificator.SimpleServiceProtocol {
        func sendEmail(request: Pb_SendEmailRequest, context: ServerContext) async throws -> Pb_SendEmailReply { .with { $0.id = "m1" } }
    }

    private struct Stranger: Pb_Notificator.SimpleServiceProtocol {
        var answer = (code: RPCError.Code.unimplemented, status: "404 Not Found")
        let called: @Sendable () -> Void

        func sendEmail(request: Pb_SendEmailRequest, context: ServerContext) async throws -> Pb_SendEmailReply {
            called()
            // As grpc-swift reports what a web server answers.
            throw RPCError(code: answer.code, message: "Unexpected non-200 HTTP Status Code (\(answer.status)).")
        }
    }

    /// Nothing was done there: even a mail can be asked for elsewhere.
    @Test func whereSomethingElseAnswersTheNextInstanceIsAsked() async throws {
        let calls = Mutex(0)
        try await Instances.serving("notificator", [Stranger { calls.withLock { $0 += 1 } }, Answering()]) { balancer in
            let connections = Connections()
            let client = NotificatorClient(balancer: balancer, connections: connections, credentials: .none)
            for _ in 0..<20 where calls.withLock({ $0 }) == 0 {
                let id = try await client.send(to: "ada@example.com", content: "x", requestID: "r1")
                #expect(id == "m1")
            }
            await connections.close()
        }
        #expect(calls.withLock { $0 } == 1)
    }

    /// The service behind it may have begun: the mail is not asked for a second time.
    @Test func aProxysAnswerMayComeTooLate() async throws {
        let calls = Mutex(0)
        let stranger = Stranger(answer: (.unavailable, "502 Bad Gateway")) { calls.withLock { $0 += 1 } }
        try await Instances.serving("notificator", [stranger, stranger]) { balancer in
            let connections = Connections()
            let error = await #expect(throws: ShippyError.self) {
                try await NotificatorClient(balancer: balancer, connections: connections, credentials: .none)
                    .send(to: "ada@example.com", content: "x", requestID: "r1")
            }
            #expect(error?.code == .unavailable)
            await connections.close()
        }
        #expect(calls.withLock { $0 } == 1)
    }

    @Test func inTheEndItSaysWhatAnsweredWhere() async throws {
        try await Instances.serving("notificator", [Stranger {}, Stranger {}]) { balancer in
            let connections = Connections()
            let error = await #expect(throws: ShippyError.self) {
                try await NotificatorClient(balancer: balancer, connections: connections, credentials: .none)
                    .send(to: "ada@example.com", content: "x", requestID: "r1")
            }
            #expect(error?.code == .unavailable)
            #expect(error?.message.split(separator: "127.0.0.1:").count == 2, "\(error?.message ?? "")")
            #expect(error?.message.contains("is registered as notificator but answered HTTP 404 Not Found: it is not a shippy instance") == true)
            await connections.close()
        }
    }
}
