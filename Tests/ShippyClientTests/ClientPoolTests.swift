import GRPCCore
import ShippyCore
import ShippyRPCClient
import Testing

@Suite struct ClientPoolTests {
    private let address = HostPort(host: "127.0.0.1", port: 1)

    @Test func eachAddressHasOneConnection() async throws {
        let pool = ClientPool()
        let first = try pool.client(for: address)
        #expect(try pool.client(for: address) === first)
        #expect(try pool.client(for: HostPort(host: "127.0.0.1", port: 2)) !== first)
        await pool.close()
    }

    /// A connection made after the end would never be closed.
    @Test func aClosedPoolConnectsToNobody() async throws {
        let pool = ClientPool()
        await pool.close()
        let error = #expect(throws: RPCError.self) { try pool.client(for: address) }
        #expect(error?.code == .unavailable)
    }
}
