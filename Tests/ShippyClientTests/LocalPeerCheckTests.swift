import NIOCore
import NIOEmbedded
import ShippyCore
import Synchronization
import TestSupport
import Testing

@testable import ShippyRPCClient

/// The check of a connection whose other end, and whose clock, a test controls.
final class LocalPeerCheckTests: Sendable {
    private struct State {
        var answers: [LocalPeer]
        var looks = 0
        var outcomes: [ShippyError?] = []
    }

    private let channel = NIOAsyncTestingChannel()
    private let state = Mutex(State(answers: []))

    private var looks: Int { state.withLock { $0.looks } }
    private var outcomes: [ShippyError?] { state.withLock { $0.outcomes } }

    /// Connects, and writes something.
    /// - Parameter answers: what each look at the system's tables shows; the last one goes on.
    private func connect(_ answers: LocalPeer...) async throws {
        state.withLock { $0.answers = answers }
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: 8083)
        (channel.localAddress, channel.remoteAddress) = (try SocketAddress(ipAddress: "127.0.0.1", port: 50_000), address)
        try await channel.testingEventLoop.executeInContext { [channel, self] in
            let check = LocalPeerCheck(
                trusted: [7],
                find: { [self] _, _ in
                    state.withLock { state in
                        state.looks += 1
                        return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
                    }
                }, onOutcome: { [self] outcome in state.withLock { $0.outcomes.append(outcome) } })
            try channel.pipeline.syncOperations.addHandler(check)
        }
        try await channel.connect(to: address)
        channel.writeAndFlush(ByteBuffer(string: "secret"), promise: nil)
    }

    private func sent() async throws -> String? { try await channel.readOutbound(as: ByteBuffer.self).map { String(buffer: $0) } }

    @Test func nothingIsSentBeforeATrustedUserHasAccepted() async throws {
        try await connect(.notAccepted, .unknown, .users([7]))
        for (look, pause) in [(1, 1), (2, 2)] {
            try await eventually("look \(look)") { looks == look }
            #expect(try await sent() == nil && outcomes.isEmpty)
            try await eventually("look \(look + 1)") {
                await channel.testingEventLoop.advanceTime(by: .milliseconds(Int64(pause)))
                return looks > look
            }
        }
        try await eventually("it is sent") { try await sent() == "secret" }
        #expect(outcomes.count == 1 && outcomes[0] == nil && channel.isActive)
        // From now on, nothing is held.
        channel.writeAndFlush(ByteBuffer(string: "more"), promise: nil)
        try await eventually("more is sent") { try await sent() == "more" }
    }

    private func expectRefusal(_ code: ShippyError.Code, _ text: String) async throws {
        try await eventually("it is refused") {
            await channel.testingEventLoop.advanceTime(by: .milliseconds(50))
            return !outcomes.isEmpty
        }
        try await eventually("it is closed") { !channel.isActive }
        #expect(try await sent() == nil)
        #expect(outcomes.count == 1 && outcomes[0]?.code == code)
        #expect(outcomes[0]?.message.contains(text) == true, "\(outcomes)")
    }

    @Test func anotherUserIsRefusedAtOnce() async throws {
        try await connect(.users([7, 4_000_000]))
        try await expectRefusal(.denied, "a process of user 4000000 answers there")
        #expect(looks == 1)
    }

    @Test func whoDoesNotAcceptIsRefusedInTheEnd() async throws {
        try await connect(.notAccepted)
        try await expectRefusal(.unavailable, "did not accept the connection within 2 s")
        #expect(looks > 20 && looks < 100, "\(looks)")
    }

    @Test func whoIsNotKnownIsRefusedInTheEnd() async throws {
        try await connect(.unknown)
        try await expectRefusal(.denied, "does not show whose process answers there")
        #expect(looks > 20)
    }

    @Test func aConnectionThatEndsMeanwhileIsNotUsed() async throws {
        try await connect(.notAccepted)
        try await eventually("a look") { looks > 0 }
        try await channel.close()
        #expect(outcomes.count == 1 && outcomes[0]?.message == "it closed the connection")
        #expect(try await sent() == nil)
    }
}
