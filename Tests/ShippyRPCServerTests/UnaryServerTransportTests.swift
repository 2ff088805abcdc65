import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore
import NIOPosix
import ShippyCore
import ShippyRPC
import ShippyRPCServer
import SwiftProtobuf
import Synchronization
import TestSupport
import Testing

@Suite struct UnaryServerTransportTests {
    @Test func callsAtOnceAreEachAnswered() async throws {
        try await ServerUnderTest.run { request, _ in
            await Task.yield()
            return request.email + String(repeating: "r", count: request.content.count)
        } _: { client in
            // Many windows' worth in both directions.
            let content = String(repeating: "x", count: 60_000)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let reply = try await client.sendEmail(
                            .with {
                                $0.email = "\(number)-"
                                $0.content = content
                            })
                        #expect(reply.id.hasPrefix("\(number)-r"))
                        #expect(reply.id.count == 60_000 + "\(number)-".count)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func anErrorArrivesAsItWasThrown() async throws {
        try await ServerUnderTest.run { _, _ in
            throw RPCError(code: .alreadyExists, message: "schon da: 100 % ä\n…", metadata: ["x-more": "yes"])
        } _: { client in
            let error = try await #require(throws: RPCError.self) { try await client.sendEmail(Pb_SendEmailRequest()) }
            #expect(error.code == .alreadyExists)
            #expect(error.message == "schon da: 100 % ä\n…")
            #expect(Array(error.metadata[stringValues: "x-more"]) == ["yes"])
        }
    }

    @Test func metadataAndAddressesReachTheHandler() async throws {
        try await ServerUnderTest.run { _, context in
            #expect(context.remotePeer.hasPrefix("ipv4:127.0.0.1:"))
            #expect(context.localPeer.hasPrefix("ipv4:127.0.0.1:"))
            return context.descriptor.fullyQualifiedMethod
        } _: { client in
            let reply = try await client.sendEmail(Pb_SendEmailRequest(), metadata: ["x-text": "a", "x-bytes-bin": .binary([0, 255])])
            #expect(reply.id == "pb.Notificator/SendEmail")
        }
    }

    @Test func whatIsTooLargeIsRefusedAndTheConnectionGoesOn() async throws {
        try await ServerUnderTest.run { _, _ in
            "taken"
        } _: { client in
            for _ in 0..<5 {
                let error = try await #require(throws: RPCError.self) {
                    try await client.sendEmail(.with { $0.content = String(repeating: "x", count: 200_000) })
                }
                #expect(error.code == .resourceExhausted)
                #expect(error.message.contains("65536"))
            }
            #expect(try await client.sendEmail(Pb_SendEmailRequest()).id == "taken")
        }
    }

    @Test func anUnknownMethodIsSaidToBe() async throws {
        let server = try await ServerUnderTest { _, _ in "" }
        try await server.withClient { client in
            let error = try await #require(throws: RPCError.self) {
                try await Pb_UserService.Client(wrapping: client).create(Pb_User())
            }
            #expect(error.code == .unimplemented)
            #expect(error.message.contains("/pb.UserService/Create"))
        }
        server.cancel()
        try? await server.ended()
    }

    @Test func aClientThatGivesUpCancelsItsCall() async throws {
        let began = Mutex(false)
        let cancelled = Mutex(false)
        try await ServerUnderTest.run { _, context in
            began.withLock { $0 = true }
            try await context.cancellation.cancelled
            cancelled.withLock { $0 = true }
            return ""
        } _: { client in
            let call = Task { try await client.sendEmail(Pb_SendEmailRequest()) }
            try await eventually("the call has begun") { began.withLock { $0 } }
            call.cancel()
            try await eventually("the handler knows") { cancelled.withLock { $0 } }
            _ = await call.result
        }
    }

    @Test func aDeadlineIsKept() async throws {
        try await ServerUnderTest.run { _, context in
            try await context.cancellation.cancelled
            return ""
        } _: { client in
            var options = CallOptions.defaults
            options.timeout = .milliseconds(100)
            let error = try await #require(throws: RPCError.self) { try await client.sendEmail(Pb_SendEmailRequest(), options: options) }
            #expect(error.code == .deadlineExceeded || error.code == .cancelled)
        }
    }

    @Test func shutdownAnswersWhatIsUnderWay() async throws {
        let began = Mutex(false)
        let mayEnd = Mutex(false)
        let server = try await ServerUnderTest { _, _ in
            began.withLock { $0 = true }
            try await eventually("it may end") { mayEnd.withLock { $0 } }
            return "answered"
        }
        try await server.withClient { client in
            let call = Task { try await Pb_Notificator.Client(wrapping: client).sendEmail(Pb_SendEmailRequest()) }
            try await eventually("the call has begun") { began.withLock { $0 } }
            server.beginGracefulShutdown()
            try await eventually("nobody else gets in") { await !Self.accepts(server.address) }
            mayEnd.withLock { $0 = true }
            #expect(try await call.value.id == "answered")
        }
        try await server.ended()
    }

    @Test func clientsThatSayNothingDoNotHoldUpTheEnd() async throws {
        let server = try await ServerUnderTest { _, _ in "" }
        let channels = try await withThrowingTaskGroup(of: (any Channel).self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).connect(
                        host: server.address.host, port: server.address.port
                    ).get()
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        server.beginGracefulShutdown()
        try await server.ended()
        for channel in channels { try? await channel.close() }
    }

    @Test func aSilentConnectionIsClosed() async throws {
        let server = try await ServerUnderTest(limits: ConnectionLimits(requestBytes: 1024, idleTime: .milliseconds(200))) { _, _ in "" }
        let client = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: server.address.host, port: server.address.port).get()
        try await client.closeFuture.get()
        server.beginGracefulShutdown()
        try await server.ended()
    }

    @Test func cancellingEndsItWithItsCalls() async throws {
        let began = Mutex(false)
        let ended = Mutex(false)
        let server = try await ServerUnderTest { _, context in
            began.withLock { $0 = true }
            try? await context.cancellation.cancelled
            ended.withLock { $0 = true }
            return ""
        }
        try await server.withClient { client in
            let call = Task { try await Pb_Notificator.Client(wrapping: client).sendEmail(Pb_SendEmailRequest()) }
            try await eventually("the call has begun") { began.withLock { $0 } }
            server.cancel()
            try? await server.ended()
            // No handler is left behind.
            #expect(ended.withLock { $0 })
            await #expect(throws: RPCError.self) { try await call.value }
        }
    }

    private static func accepts(_ address: HostPort) async -> Bool {
        guard
            let channel = try? await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).connect(host: address.host, port: address.port)
                .get()
        else { return false }
        try? await channel.close()
        return true
    }
}
