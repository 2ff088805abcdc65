import ShippyClient
import ShippyCore
import TestSupport
import Testing

@Suite struct ConnectionsTests {
    @Test func whoDoesNotAnswerIsNotReached() async throws {
        let connections = Connections()
        let nobody = Samples.instance("users", "127.0.0.1:\(try FreePort.find())")
        let error = await #expect(throws: ShippyError.self) { try await connections.reach(nobody) }
        #expect(error?.code == .unavailable)
        await connections.close()
    }
}
