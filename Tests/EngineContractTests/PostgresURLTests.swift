import ShippyCore
import TestSupport
import Testing

@testable import PostgresEngine

@Suite struct PostgresURLTests {
    @Test(arguments: [
        "postgres://u:p@db.example/d", "postgres://u@192.0.2.7/d", "postgres://localhost,db.example/d", "postgres:///d?host=db.example",
    ])
    func aServerElsewhereIsTalkedToWithTLS(url: String) throws {
        #expect(try PostgresURL(url, environment: [:]).mustEncrypt)
        #expect(try !PostgresURL("\(url)\(url.contains("?") ? "&" : "?")sslmode=prefer", environment: [:]).mustEncrypt)
        #expect(try !PostgresURL(url, environment: ["PGSSLMODE": "disable"]).mustEncrypt)
        #expect(try !PostgresURL(url, environment: ["PGSERVICE": "ours"]).mustEncrypt)
    }

    @Test(arguments: ["postgres://u:p@localhost/d", "postgres://127.0.0.1:1,[::1]:2/d", "postgres:///d", "postgres:///d?host=/run/postgresql"])
    func aServerHereNeedsNone(url: String) throws {
        #expect(try !PostgresURL(url, environment: [:]).mustEncrypt)
    }

    @Test func whereTheServerIsMayComeFromTheEnvironment() throws {
        #expect(try PostgresURL("postgres:///d", environment: ["PGHOST": "db.example"]).mustEncrypt)
        #expect(try !PostgresURL("postgres:///d", environment: ["PGHOST": "/run/postgresql"]).mustEncrypt)
    }

    /// libpq connects to the address, whatever the host is called.
    @Test func anAddressElsewhereCountsBeforeAHostHere() throws {
        #expect(try PostgresURL("postgres://localhost/d", environment: ["PGHOSTADDR": "192.0.2.7"]).mustEncrypt)
        #expect(try PostgresURL("postgres://localhost/d?hostaddr=192.0.2.7", environment: [:]).mustEncrypt)
        #expect(try !PostgresURL("postgres://localhost/d?hostaddr=127.0.0.1", environment: ["PGHOSTADDR": "192.0.2.7"]).mustEncrypt)
    }

    /// The address stands for this machine, and is not one of its own.
    @Test func aServerWithoutTLSIsRefusedWithAdvice() async throws {
        let url = try await PostgresServer.shared.database().replacing("127.0.0.1", with: "0.0.0.0")
        try #require(url.contains("0.0.0.0"))
        let store = try PostgresStore(url: url, connections: 4)
        let error = await #expect(throws: ShippyError.self) { try await store.probe() }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("sslmode=prefer") == true, "\(error?.message ?? "")")
        await store.close()
        let open = try PostgresStore(url: "\(url)?sslmode=prefer", connections: 4)
        _ = try await open.probe()
        await open.close()
    }
}
