import GRPCCore
import Logging
import ShippyClient
import ShippyCore
import ShippyRPC
import ShippyTLS
import SwiftProtobuf
import Synchronization
import TestSupport
import Testing

/// Clients of instances with and without TLS.
@Suite struct TLSTests {
    /// A notificator that counts the mails.
    private final class Notificator: Pb_Notificator.SimpleServiceProtocol, Sendable {
        private let state = Mutex(0)

        var count: Int { state.withLock { $0 } }

        func sendEmail(request: Pb_SendEmailRequest, context: ServerContext) async throws -> Pb_SendEmailReply {
            state.withLock { $0 += 1 }
            return .with { $0.id = "sent" }
        }
    }

    private let authority: TestAuthority
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        authority = try TestAuthority()
    }

    private func tls(_ names: String = "localhost", isMutual: Bool = false) throws -> ServerTLS {
        try ServerTLS(TLSFiles(keyPair: try authority.issue(names), clientAuthority: isMutual ? authority.certificate : nil), logger: logger)
    }

    private func client(_ keyPair: TLSFiles.KeyPair? = nil, _ rule: PlainTextRule = .never) -> ClientTLS {
        ClientTLS(TLSFiles(keyPair: keyPair, authority: authority.certificate), plainText: rule)
    }

    private func send(
        _ count: Int = 1, to services: [Notificator], _ tls: [ServerTLS?], claims: Bool = true, as client: ClientTLS
    ) async throws {
        try await Instances.serving("notificator", services, tls: tls, claims: claims) { balancer in
            let connections = Connections(tls: client)
            let notificator = NotificatorClient(balancer: balancer, connections: connections, credentials: .none)
            do {
                for _ in 0..<count { #expect(try await notificator.send(to: "a@example.com", content: "", requestID: "r") == "sent") }
            } catch {
                await connections.close()
                throw error
            }
            await connections.close()
        }
    }

    @Test func anInstanceIsCalledOverTLS() async throws {
        let service = Notificator()
        try await send(3, to: [service], [try tls()], as: client())
        #expect(service.count == 3)
    }

    @Test func aClientPresentsItsCertificate() async throws {
        let service = Notificator()
        try await send(to: [service], [try tls(isMutual: true)], as: client(try authority.issue("billing")))
        #expect(service.count == 1)
        let error = await #expect(throws: ShippyError.self) { try await send(to: [service], [try tls(isMutual: true)], as: client()) }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("it requires a client certificate: set --tls-cert and --tls-key") == true, "\(error?.message ?? "")")
        #expect(service.count == 1)
    }

    @Test func theReasonIsTold() async throws {
        let error = await #expect(throws: ShippyError.self) { try await send(to: [Notificator()], [try tls("alpha.example.com")], as: client()) }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("notificator at 127.0.0.1:") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("its certificate is for alpha.example.com, not for 127.0.0.1") == true, "\(error?.message ?? "")")
    }

    /// Sending a mail is not safe to repeat, but whoever was refused got nothing.
    @Test func anotherInstanceIsCalledAfterARefusal() async throws {
        let (good, bad) = (Notificator(), Notificator())
        try await send(6, to: [bad, good], [try tls("alpha.example.com"), try tls()], as: client())
        #expect(bad.count == 0)
        #expect(good.count == 6)
    }

    /// Someone who can write to the registry, and reads what clients send to an address without TLS.
    @Test func aForgedInstanceGetsNothing() async throws {
        let (good, forged) = (Notificator(), Notificator())
        try await send(6, to: [forged, good], [nil, try tls()], as: client())
        #expect(forged.count == 0)
        #expect(good.count == 6)
        let error = await #expect(throws: ShippyError.self) { try await send(to: [forged], [nil], as: client()) }
        #expect(error?.message.contains("is registered without TLS") == true, "\(error?.message ?? "")")
        #expect(forged.count == 0)
    }

    @Test func thisMachineMayBeCalledWithout() async throws {
        let service = Notificator()
        try await send(to: [service], [nil], as: client(nil, .onLoopback))
        #expect(service.count == 1)
    }

    /// A server with TLS does not answer plain text, whatever the registry says.
    @Test func anInstanceThatHidesItsTLSIsNotCalled() async throws {
        let service = Notificator()
        let error = await #expect(throws: ShippyError.self) {
            try await send(to: [service], [try tls()], claims: false, as: client(nil, .allowed))
        }
        #expect(error?.code == .unavailable)
        #expect(service.count == 0)
    }

    /// So that a command does not run the services itself beside an instance that it may not call.
    @Test func anInstanceThatIsRefusedIsThere() async throws {
        try await Instances.serving("notificator", [Notificator()], tls: [try tls("alpha.example.com")]) { _ in }
        let connections = Connections(tls: client())
        let forged = Samples.instance("users", "127.0.0.1:1")
        #expect(await connections.reachesAny(of: [forged]))
        await connections.close()
    }
}
