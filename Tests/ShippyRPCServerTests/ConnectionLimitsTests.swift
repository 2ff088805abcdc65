import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore
import ShippyCore
import ShippyRPC
import ShippyRPCServer
import SwiftProtobuf
import Synchronization
import TestSupport
import Testing

/// Clients that take more than is theirs, or leave.
@Suite struct ConnectionLimitsTests {
    private static let path = "/pb.Notificator/SendEmail"
    /// An empty message, whole with its prefix.
    private static let message: [UInt8] = [0, 0, 0, 0, 0]

    private static func endless() async {
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(600)) }
    }

    @Test func tooMuchMetadataFailsItsCallAlone() async throws {
        let began = Mutex(false)
        let mayEnd = Mutex(false)
        try await ServerUnderTest.run { request, _ in
            guard request.email == "other" else { return "small" }
            began.withLock { $0 = true }
            try await eventually("it may end") { mayEnd.withLock { $0 } }
            return "answered"
        } _: { client in
            let other = Task { try await client.sendEmail(.with { $0.email = "other" }) }
            try await eventually("the other call has begun") { began.withLock { $0 } }
            for size in [17_000, 20_000] {
                let error = try await #require(throws: RPCError.self) {
                    try await client.sendEmail(Pb_SendEmailRequest(), metadata: ["x-large": .string(String(repeating: "m", count: size))])
                }
                #expect(error.code == .resourceExhausted)
                #expect(error.message.contains("16384"))
                // What HTTP/2 remembers of headers is right still.
                #expect(try await client.sendEmail(Pb_SendEmailRequest(), metadata: ["x-small": "a"]).id == "small")
            }
            mayEnd.withLock { $0 = true }
            #expect(try await other.value.id == "answered")
        }
    }

    @Test func metadataOfSeveralFramesIsReadAndRefused() async throws {
        let server = try await ServerUnderTest { _, _ in "" }
        let connection = try RawConnection(server.address.description)
        try connection.send(HTTP2.preface)
        try await eventually("the server has sent its settings") { !connection.receivedBytes().isEmpty }
        try connection.send(HTTP2.settingsAcknowledgement)
        try connection.send(HTTP2.headers(stream: 1, path: Self.path, isWhole: true, [("x", String(repeating: "m", count: 70_000))]))
        try connection.send(HTTP2.headers(stream: 3, path: Self.path, isWhole: true, [("x", String(repeating: "m", count: 200_000))]))
        try connection.send(HTTP2.headers(stream: 5, path: Self.path, isWhole: false) + HTTP2.data(stream: 5, Self.message, isWhole: true))
        var bytes: [UInt8] = []
        try await eventually("each stream has its headers") {
            bytes += connection.receivedBytes()
            return [1, 3, 5].allSatisfy { stream in
                bytes.indices.contains { bytes[$0...].starts(with: [1, 4, 0, 0, 0, stream]) || bytes[$0...].starts(with: [1, 5, 0, 0, 0, stream]) }
            }
        }
        #expect(!connection.isAtEnd)
        server.beginGracefulShutdown()
        try await server.ended()
    }

    @Test func aThousandDeadlinesLeaveOtherCallsAlone() async throws {
        let running = Mutex(0)
        try await ServerUnderTest.run { request, context in
            running.withLock { $0 += 1 }
            defer { running.withLock { $0 -= 1 } }
            if request.email == "short" {
                await Self.endless()
                throw CancellationError()
            }
            try await Task.sleep(for: .milliseconds(500))
            return "answered"
        } _: { client in
            try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<43 { group.addTask { try await client.sendEmail(Pb_SendEmailRequest()).id } }
                for _ in 0..<1000 {
                    group.addTask {
                        var options = CallOptions.defaults
                        options.timeout = .milliseconds(20)
                        _ = try? await client.sendEmail(.with { $0.email = "short" }, options: options)
                        return nil
                    }
                }
                let answers = try await group.reduce(into: 0) { $0 += $1 == "answered" ? 1 : 0 }
                #expect(answers == 43)
            }
            try await eventually("no handler goes on") { running.withLock { $0 == 0 } }
        }
    }

    @Test func aClientThatIsGoneCancelsTheHandlersTask() async throws {
        let leave: [@Sendable (RawConnection) throws -> Void] = [
            { try $0.send(HTTP2.reset(stream: 1)) }, { $0.closeOutput() }, { $0.abort() },
        ]
        for leave in leave {
            let began = Mutex(false)
            let cancelled = Mutex(false)
            let server = try await ServerUnderTest { _, _ in
                began.withLock { $0 = true }
                await Self.endless()
                cancelled.withLock { $0 = true }
                return ""
            }
            let connection = try RawConnection(server.address.description)
            try connection.send(HTTP2.preface + HTTP2.headers(stream: 1, path: Self.path, isWhole: false))
            try connection.send(HTTP2.data(stream: 1, Self.message, isWhole: true))
            try await eventually("the call has begun") { began.withLock { $0 } }
            try leave(connection)
            try await eventually("its task is cancelled", within: .seconds(10)) { cancelled.withLock { $0 } }
            server.beginGracefulShutdown()
            try await server.ended()
        }
    }

    /// A client that lets no reply through: by its windows, or by not reading from its socket.
    @Test(arguments: [true, false])
    func repliesThatNobodyTakesAreBounded(byWindows: Bool) async throws {
        let began = Mutex(0)
        let isClosed = Mutex(false)
        let reply = String(repeating: "r", count: 60_000)
        let server = try await ServerUnderTest(limits: ConnectionLimits(requestBytes: 1024, waitingBytes: 1 << 20)) { _, _ in
            let isFirst = began.withLock { began in
                began += 1
                return began == 1
            }
            if isFirst {
                await Self.endless()
                isClosed.withLock { $0 = true }
            }
            return reply
        }
        let connection = try RawConnection(server.address.description)
        try connection.send(HTTP2.preface + (byWindows ? HTTP2.closedWindows : HTTP2.openWindows))
        // Far more than the system keeps for a client: 6 MB and 24 MB.
        for number in 0..<(byWindows ? 100 : 400) {
            let stream = UInt32(2 * number + 1)
            let request = HTTP2.headers(stream: stream, path: Self.path, isWhole: false) + HTTP2.data(stream: stream, Self.message, isWhole: true)
            // It may be closed already.
            if (try? connection.send(request)) == nil { break }
        }
        try await eventually("the first call is cancelled with its connection", within: .seconds(20)) { isClosed.withLock { $0 } }
        // Whoever reads is served, however much it is.
        try await server.withClient { client in
            let client = Pb_Notificator.Client(wrapping: client)
            for _ in 0..<10 {
                try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<10 { group.addTask { try await client.sendEmail(Pb_SendEmailRequest()).id } }
                    for try await answer in group { #expect(answer == reply) }
                }
            }
        }
        server.beginGracefulShutdown()
        try await server.ended()
    }

    @Test func aReplyThatIsNotTakenInTimeEndsItsConnection() async throws {
        let budget = ReplyBudget(bytes: 1 << 30)
        let limits = ConnectionLimits(requestBytes: 1024, replyBudget: budget, replyTime: .milliseconds(300), requestTime: .milliseconds(200))
        let server = try await ServerUnderTest(limits: limits) { _, _ in String(repeating: "r", count: 60_000) }
        let connection = try RawConnection(server.address.description)
        try connection.send(HTTP2.preface + HTTP2.closedWindows)
        try connection.send(HTTP2.headers(stream: 1, path: Self.path, isWhole: false) + HTTP2.data(stream: 1, Self.message, isWhole: true))
        try await eventually("the reply waits") { budget.waitingBytes > 60_000 }
        try await eventually("the connection is closed", within: .seconds(10)) { connection.isClosed }
        try await eventually("nothing is held for it") { budget.waitingBytes == 0 }
        server.beginGracefulShutdown()
        try await server.ended()
    }

    @Test func pingsDoNotKeepAConnectionWithoutCalls() async throws {
        let server = try await ServerUnderTest(limits: ConnectionLimits(requestBytes: 1024, idleTime: .seconds(8))) { _, _ in "" }
        let connection = try RawConnection(server.address.description)
        try connection.send(HTTP2.preface)
        try await eventually("it is closed", within: .seconds(60)) {
            // Not so often that it is cut off for that.
            try await Task.sleep(for: .milliseconds(100))
            if (try? connection.send(HTTP2.ping)) == nil { return true }
            return connection.isClosed
        }
        // One that makes calls stays, for longer than that. A busy machine may stop the test between two calls, but not for so long.
        try await server.withClient { client in
            let client = Pb_Notificator.Client(wrapping: client)
            let end = ContinuousClock.now + .seconds(9)
            while ContinuousClock.now < end {
                #expect(try await client.sendEmail(Pb_SendEmailRequest()).id == "")
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        server.beginGracefulShutdown()
        try await server.ended()
    }

    /// None of them reaches its own limit.
    @Test func connectionsThatHoldTooMuchTogetherLoseTheLargest() async throws {
        let budget = ReplyBudget(bytes: 1 << 20)
        let server = try await ServerUnderTest(limits: ConnectionLimits(requestBytes: 1024, replyBudget: budget)) { _, _ in
            String(repeating: "r", count: 60_000)
        }
        let connections = try [3, 10, 10].map { calls in
            let connection = try RawConnection(server.address.description)
            try connection.send(HTTP2.preface + HTTP2.closedWindows)
            for number in 0..<calls {
                let stream = UInt32(2 * number + 1)
                try connection.send(
                    HTTP2.headers(stream: stream, path: Self.path, isWhole: false) + HTTP2.data(stream: stream, Self.message, isWhole: true))
            }
            return connection
        }
        try await eventually("one is closed", within: .seconds(10)) { connections[1].isClosed || connections[2].isClosed }
        #expect(!connections[0].isClosed)
        #expect(connections[1].isClosed != connections[2].isClosed)
        #expect(budget.waitingBytes <= 1 << 20)
        server.beginGracefulShutdown()
        try await server.ended()
    }

    @Test func aShutdownCancelsWhatTakesTooLong() async throws {
        let began = Mutex(false)
        let cancelled = Mutex(false)
        let server = try await ServerUnderTest(limits: ConnectionLimits(requestBytes: 1024, drainTime: .milliseconds(300))) { _, _ in
            began.withLock { $0 = true }
            await Self.endless()
            cancelled.withLock { $0 = true }
            throw RPCError(code: .resourceExhausted, message: "cut short")
        }
        try await server.withClient { client in
            let call = Task { try await Pb_Notificator.Client(wrapping: client).sendEmail(Pb_SendEmailRequest()) }
            try await eventually("the call has begun") { began.withLock { $0 } }
            server.beginGracefulShutdown()
            try await server.ended()
            #expect(cancelled.withLock { $0 })
            let error = await #expect(throws: RPCError.self) { try await call.value }
            #expect(error?.code == .resourceExhausted, "its client is told, before the connection ends")
        }
    }

    @Test func aHandlerThatDoesNotEndIsLeftBehind() async throws {
        let stuck = Mutex<CheckedContinuation<Void, Never>?>(nil)
        for isGraceful in [true, false] {
            let server = try await ServerUnderTest(limits: ConnectionLimits(requestBytes: 1024, drainTime: .milliseconds(100))) { _, _ in
                await withCheckedContinuation { continuation in stuck.withLock { $0 = continuation } }
                return ""
            }
            try await server.withClient { client in
                let call = Task { try await Pb_Notificator.Client(wrapping: client).sendEmail(Pb_SendEmailRequest()) }
                let continuation = try await eventually("the call has begun") { stuck.withLock { $0 } }
                let start = ContinuousClock.now
                if isGraceful { server.beginGracefulShutdown() } else { server.cancel() }
                try? await server.ended()
                #expect(start.duration(to: .now) < .seconds(60))
                _ = await call.result
                stuck.withLock { $0 = nil }
                continuation.resume()
            }
        }
    }

    @Test func halfOfWhatAClientOwesIsNotWaitedFor() async throws {
        let server = try await ServerUnderTest(limits: ConnectionLimits(requestBytes: 1024, requestTime: .milliseconds(400))) { _, _ in "" }
        let headers = HTTP2.headers(stream: 1, path: Self.path, isWhole: false)
        let openBlock = HTTP2.headers(stream: 1, path: Self.path, isWhole: false, [("x", String(repeating: "y", count: 20_000))])
        for (name, bytes) in [
            ("nothing", []), ("half a preface", Array(HTTP2.preface.prefix(10))), ("a preface without settings", Array(HTTP2.preface.prefix(24))),
            ("half of settings", Array(HTTP2.preface.prefix(28))), ("half of a headers frame", HTTP2.preface + headers.prefix(20)),
            ("headers without their continuation", HTTP2.preface + openBlock.prefix(16_384 + 9)),
        ] {
            let connection = try RawConnection(server.address.description)
            if !bytes.isEmpty { try connection.send(bytes) }
            try await eventually("\(name): the connection is closed", within: .seconds(10)) { connection.isClosed }
        }
        server.beginGracefulShutdown()
        try await server.ended()
    }

    @Test func halfARequestIsRefusedAndItsConnectionGoesOn() async throws {
        let server = try await ServerUnderTest(limits: ConnectionLimits(requestBytes: 1024, requestTime: .milliseconds(400))) { _, _ in "" }
        for part in [[], Array(Self.message.prefix(3))] {
            let connection = try RawConnection(server.address.description)
            try connection.send(HTTP2.preface + HTTP2.headers(stream: 1, path: Self.path, isWhole: false))
            if !part.isEmpty { try connection.send(HTTP2.data(stream: 1, part, isWhole: false)) }
            var bytes: [UInt8] = []
            let reset: [UInt8] = [0, 0, 4, 3, 0, 0, 0, 0, 1]
            try await eventually("the stream is reset", within: .seconds(10)) {
                bytes += connection.receivedBytes()
                return bytes.indices.contains { bytes[$0...].starts(with: reset) }
            }
            #expect(!connection.isClosed)
        }
        server.beginGracefulShutdown()
        try await server.ended()
    }

    @Test func connectionsOverTheLimitAreClosed() async throws {
        let server = try await ServerUnderTest(limits: ConnectionLimits(requestBytes: 1024, connections: 2)) { _, _ in "answered" }
        try await server.withClient { client in
            let client = Pb_Notificator.Client(wrapping: client)
            #expect(try await client.sendEmail(Pb_SendEmailRequest()).id == "answered")
            var second: RawConnection? = try RawConnection(server.address.description)
            try second?.send(HTTP2.preface)
            // Connections are counted on their own threads: in order only when each is seen.
            try await eventually("the second one is served") { second?.receivedBytes().isEmpty == false }
            let surplus = try RawConnection(server.address.description)
            try await eventually("one more is closed", within: .seconds(5)) { surplus.isClosed }
            #expect(second?.isClosed == false)
            #expect(try await client.sendEmail(Pb_SendEmailRequest()).id == "answered")
            second = nil
            try await eventually("there is room again") {
                let next = try RawConnection(server.address.description)
                try next.send(HTTP2.preface)
                return try await eventually("settings or the end") { next.isAtEnd ? false : next.receivedBytes().isEmpty ? nil : true }
            }
        }
        server.beginGracefulShutdown()
        try await server.ended()
    }
}
