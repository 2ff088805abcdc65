import Foundation
import Hummingbird
import NIOCore
import ShippyCore
import ShippyHTTPServer
import Synchronization
import TestSupport
import Testing

@Suite struct HTTPServerTests {
    private static let get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @Test func everyAnswerForbidsSniffingAndNoneIsForOtherOrigins() async throws {
        let server = try await ServerUnderTest { _ in Response(status: .ok) }
        for (request, status) in [
            (Self.get, "200"),
            ("GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n\r\n", "200"),
            ("POST / HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\nContent-Length: 0\r\n\r\n", "403"),
            ("OPTIONS / HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n\r\n", "200"),
            ("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", "403"),
            ("GET / HTTP/1.1\r\n\r\n", "403"),
            ("GET / HTTP/1.0\r\n\r\n", "403"),
            ("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", "403"),
            ("no request at all\r\n\r\n", "400"),
        ] {
            let connection = try RawConnection(server.address)
            try connection.send(request)
            let answer = try await connection.answer().lowercased()
            #expect(answer.hasPrefix("http/1.1 \(status)") || answer.hasPrefix("http/1.0 \(status)"), "\(request): \(answer)")
            #expect(answer.contains("x-content-type-options: nosniff"), "\(request): \(answer)")
            #expect(!answer.contains("access-control"))
            if status == "403" { #expect(answer.contains("application/problem+json")) }
        }
        try await server.stop()
    }

    @Test func aClientThatIsGoneCancelsItsRequest() async throws {
        for isAborted in [true, false] {
            let began = Mutex(false)
            let cancelled = Mutex(false)
            let server = try await ServerUnderTest(limits: HTTPLimits(absenceTime: .milliseconds(50))) { _ in
                began.withLock { $0 = true }
                while !Task.isCancelled { try? await Task.sleep(for: .seconds(600)) }
                cancelled.withLock { $0 = true }
                throw CancellationError()
            }
            let connection = try RawConnection(server.address)
            try connection.send(Self.get)
            try await eventually("the request has begun") { began.withLock { $0 } }
            if isAborted { connection.abort() } else { connection.closeOutput() }
            try await eventually("the handler knows", within: .seconds(10)) { cancelled.withLock { $0 } }
            try await server.stop()
        }
    }

    @Test func aClientThatHasOnlyStoppedSendingIsAnswered() async throws {
        let server = try await ServerUnderTest { _ in
            try await Task.sleep(for: .milliseconds(50))
            return Response(status: .ok)
        }
        let connection = try RawConnection(server.address)
        try connection.send(Self.get)
        connection.closeOutput()
        #expect(try await connection.answer().hasPrefix("HTTP/1.1 200"))
        try await server.stop()
    }

    @Test func aShutdownWaitsForAnswersButNotForEver() async throws {
        let began = Mutex(0)
        let cancelled = Mutex(0)
        let mayEnd = Mutex(false)
        let server = try await ServerUnderTest(limits: HTTPLimits(drainTime: .milliseconds(500))) { request in
            began.withLock { $0 += 1 }
            if request.uri.path == "/short" {
                try await eventually("it may end") { mayEnd.withLock { $0 } }
            } else {
                while !Task.isCancelled { try? await Task.sleep(for: .seconds(600)) }
                cancelled.withLock { $0 += 1 }
            }
            return Response(status: .ok)
        }
        let connections = try (RawConnection(server.address), RawConnection(server.address))
        try connections.0.send("GET /short HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try connections.1.send("GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try await eventually("both have begun") { began.withLock { $0 == 2 } }
        await server.beginGracefulShutdown()
        mayEnd.withLock { $0 = true }
        let answer = try await connections.0.answer().lowercased()
        #expect(answer.hasPrefix("http/1.1 200"))
        #expect(answer.contains("connection: close"))
        let start = ContinuousClock.now
        try await server.ended()
        #expect(start.duration(to: .now) < .seconds(60))
        #expect(cancelled.withLock { $0 } == 1)
    }

    @Test func anIdleConnectionIsToldBeforeItIsClosed() async throws {
        let server = try await ServerUnderTest(limits: HTTPLimits(farewellTime: .seconds(2))) { _ in Response(status: .ok) }
        let (busy, idle) = try (RawConnection(server.address), RawConnection(server.address))
        for connection in [busy, idle] {
            try connection.send(Self.get)
            #expect(try await !connection.answer().lowercased().contains("connection: close"))
        }
        await server.beginGracefulShutdown()
        try await eventually("nobody else gets in") { (try? RawConnection(server.address)) == nil }
        try busy.send(Self.get)
        let last = try await busy.answer().lowercased()
        #expect(last.hasPrefix("http/1.1 200"))
        #expect(last.contains("connection: close"))
        try await eventually("it is closed") { busy.isClosed }
        try await eventually("the idle one is closed") { idle.isClosed }
        try await server.ended()
    }

    @Test func connectionsOverTheLimitAreClosedAndTheOthersServed() async throws {
        let server = try await ServerUnderTest(limits: HTTPLimits(connections: 3)) { _ in Response(status: .ok) }
        var held = try (0..<3).map { _ in try RawConnection(server.address) }
        for connection in held {
            try connection.send(Self.get)
            #expect(try await connection.answer().hasPrefix("HTTP/1.1 200"))
        }
        let surplus = try RawConnection(server.address)
        try await eventually("one more is closed", within: .seconds(5)) { surplus.isClosed }
        for connection in held {
            try connection.send(Self.get)
            #expect(try await connection.answer().hasPrefix("HTTP/1.1 200"))
        }
        held.removeLast()
        try await eventually("there is room again") {
            let next = try RawConnection(server.address)
            try next.send(Self.get)
            return try await eventually("an answer or the end") { next.isAtEnd ? false : next.received().hasPrefix("HTTP/1.1 200") ? true : nil }
        }
        try await server.stop()
    }

    @Test func aClientThatDoesNotReadItsAnswerIsLetGo() async throws {
        let server = try await ServerUnderTest(limits: HTTPLimits(connections: 1, answerTime: .milliseconds(300))) { request in
            // More than any socket takes in.
            Response(status: .ok, body: .init(byteBuffer: ByteBuffer(repeating: 97, count: request.uri.path == "/large" ? 32 << 20 : 1)))
        }
        let silent = try RawConnection(server.address)
        try silent.send("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try await eventually("there is room for another") {
            let next = try RawConnection(server.address)
            try next.send(Self.get)
            return try await eventually("an answer or the end") { next.isAtEnd ? false : next.received().hasPrefix("HTTP/1.1 200") ? true : nil }
        }
        try await server.stop()
    }

    /// Its refusal answers no request that was counted: the connection counted one too few from then on, and was never idle again.
    @Test func aConnectionWhoseSecondRequestCannotBeReadIsNotKept() async throws {
        let server = try await ServerUnderTest(limits: HTTPLimits(connections: 1, idleTime: .milliseconds(200))) { _ in Response(status: .ok) }
        let connection = try RawConnection(server.address)
        try connection.send(Self.get + "no request at all\r\n\r\n")
        try await eventually("there is room for another", within: .seconds(20)) {
            let next = try RawConnection(server.address)
            try next.send(Self.get)
            return try await eventually("an answer or the end") { next.isAtEnd ? false : next.received().hasPrefix("HTTP/1.1 200") ? true : nil }
        }
        try await server.stop()
    }

    /// Answers come in the order of their requests, however many were sent at once.
    @Test func requestsThatComeTogetherAreAnsweredInOrder() async throws {
        let server = try await ServerUnderTest { request in
            let body = try await request.body.collect(upTo: 100)
            // The earlier ones take longer.
            try await Task.sleep(for: .milliseconds(20 - body.readableBytes))
            return Response(status: .ok, body: .init(byteBuffer: body))
        }
        let connection = try RawConnection(server.address)
        let count = 20
        try connection.send(
            (1...count).map { "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: \($0)\r\n\r\n\(String(repeating: "x", count: $0))" }.joined())
        var text = ""
        try await eventually("all are answered") {
            text += connection.received()
            return text.components(separatedBy: "HTTP/1.1 200").count == count + 1 && text.hasSuffix(String(repeating: "x", count: count))
        }
        let lengths = text.components(separatedBy: "Content-Length: ").dropFirst().map { $0.prefix { $0.isNumber } }
        #expect(lengths.map { Int($0) } == Array(1...count))
        try await server.stop()
    }

    /// Its length may be told before it, or show only as it comes.
    @Test(arguments: [
        "Content-Length: 40\r\n\r\n" + String(repeating: "x", count: 40),
        "Transfer-Encoding: chunked\r\n\r\n14\r\n" + String(repeating: "x", count: 20) + "\r\n14\r\n" + String(repeating: "x", count: 20)
            + "\r\n0\r\n\r\n",
    ])
    func aBodyThatIsTooLargeIsNotKeptAndTheConnectionGoesOn(body: String) async throws {
        let server = try await ServerUnderTest(limits: HTTPLimits(bodySize: 30)) { request in
            do {
                return Response(status: .ok, body: .init(byteBuffer: try await request.body.collect(upTo: 1000)))
            } catch is NIOTooManyBytesError {
                return Response(status: .contentTooLarge)
            }
        }
        let connection = try RawConnection(server.address)
        try connection.send("POST / HTTP/1.1\r\nHost: localhost\r\n\(body)")
        #expect(try await connection.answer().hasPrefix("HTTP/1.1 413"))
        try connection.send(Self.get)
        #expect(try await connection.answer().hasPrefix("HTTP/1.1 200"))
        try await server.stop()
    }

    @Test func aSilentConnectionIsClosedAndOneThatWaitsForItsAnswerIsNot() async throws {
        let mayEnd = Mutex(false)
        let server = try await ServerUnderTest(limits: HTTPLimits(idleTime: .milliseconds(200))) { request in
            if request.uri.path == "/slow" { try await eventually("it may end") { mayEnd.withLock { $0 } } }
            return Response(status: .ok)
        }
        let (quick, slow) = try (RawConnection(server.address), RawConnection(server.address))
        try slow.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try quick.send(Self.get)
        #expect(try await quick.answer().hasPrefix("HTTP/1.1 200"))
        try await eventually("the silent one is closed", within: .seconds(10)) { quick.isClosed }
        // By then the other one has been silent for as long.
        mayEnd.withLock { $0 = true }
        #expect(try await slow.answer().hasPrefix("HTTP/1.1 200"))
        try await eventually("it is closed, too", within: .seconds(10)) { slow.isClosed }
        try await server.stop()
    }

    /// A client takes a body that it does not expect for the next answer.
    @Test func anAnswerToHEADHasTheHeaderOfGETAndNoBody() async throws {
        let server = try await ServerUnderTest { _ in Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "twelve bytes"))) }
        let connection = try RawConnection(server.address)
        try connection.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try connection.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        let text = try await connection.everything()
        let answers = text.components(separatedBy: "HTTP/1.1 200").dropFirst()
        #expect(answers.count == 2)
        #expect(answers.allSatisfy { $0.contains("Content-Length: 12\r\n") })
        #expect(answers.first?.hasSuffix("\r\n\r\n") == true)
        #expect(answers.last?.hasSuffix("\r\n\r\ntwelve bytes") == true)
        try await server.stop()
    }

    @Test(arguments: [
        "HTTP/1.1\r\nHost: localhost\r\nConnection: close", "HTTP/1.1\r\nHost: localhost\r\nConnection: Close",
        "HTTP/1.1\r\nHost: localhost\r\nConnection: te, CLOSE", "HTTP/1.1\r\nHost: localhost\r\nConnection: te\r\nConnection: close",
        "HTTP/1.0\r\nHost: localhost",
    ])
    func theLastRequestOfAConnectionIsAnsweredAndEndsIt(head: String) async throws {
        let server = try await ServerUnderTest { _ in Response(status: .ok) }
        let connection = try RawConnection(server.address)
        // The second one comes after the last.
        try connection.send("GET / \(head)\r\n\r\n\(Self.get)")
        let text = try await connection.everything()
        #expect(text.components(separatedBy: " 200 ").count == 2)
        #expect(!text.contains(" 400 "))
        #expect(text.contains("Connection: close\r\n"))
        try await server.stop()
    }

    @Test(arguments: ["HTTP/1.1\r\nHost: localhost", "HTTP/1.0\r\nHost: localhost\r\nConnection: Keep-Alive"])
    func aConnectionThatIsToBeKeptIs(head: String) async throws {
        let server = try await ServerUnderTest { _ in Response(status: .ok) }
        let connection = try RawConnection(server.address)
        for _ in 0..<2 {
            try connection.send("GET / \(head)\r\n\r\n")
            let answer = try await connection.answer()
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            #expect(!answer.contains("close"))
            #expect(answer.contains("Connection: keep-alive\r\n") == head.contains("HTTP/1.0"))
        }
        try await server.stop()
    }

    @Test func halfARequestIsNotWaitedFor() async throws {
        let server = try await ServerUnderTest(limits: HTTPLimits(requestTime: .milliseconds(300))) { request in
            _ = try await request.body.collect(upTo: 100)
            return Response(status: .ok)
        }
        for half in ["", "GET / HT", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf"] {
            let connection = try RawConnection(server.address)
            try connection.send(half)
            try await eventually("\(half) is closed", within: .seconds(10)) { connection.isClosed }
        }
        try await server.stop()
    }
}
