import Foundation
import TestSupport
import Testing

/// What the relay of a real users service does with its events.
@Suite struct RelayTests {
    private let home: TemporaryDirectory
    private let http = HTTP()

    init() throws {
        home = try TemporaryDirectory()
    }

    private func status(_ environment: [String: String] = [:]) async throws -> [String: Any] {
        try #require(try await ShippyBinary.run(["events", "status", "-o", "json"], home: home.path, environment: environment).objects().first)
    }

    /// Otherwise events would expire that a notificator which comes later is to mail.
    @Test(arguments: [false, true])
    func theNotificatorsGroupIsThereBeforeAnyNotificator(onNATS: Bool) async throws {
        let nats = onNATS ? try await NATSServer.start() : nil
        let environment = nats.map { ["SHIPPY_BUS": $0.url] } ?? [:]
        let server = try await Server.start(["serve", "users"], home: home.path, environment: environment)
        #expect(try await http.post(server.users, "/create", #"{"email":"ada@example.com"}"#).status == 200)
        try await eventually("the event waits for the group") {
            let bus = try await status(environment)["bus"] as? [String: Any]
            let group = (bus?["consumers"] as? [[String: Any]])?.first { $0["name"] as? String == "notificator" }
            return group?["lag"] as? Int == 1
        }
        try await server.stop()
        try await nats?.kill()
    }

    /// An event that NATS will never take is set aside and told of, and holds up no other.
    @Test func anEventThatIsTooLargeHoldsUpNoOther() async throws {
        try "max_payload: 1200\n".write(toFile: home("nats.conf"), atomically: true, encoding: .utf8)
        let nats = try await NATSServer.start(["-c", home("nats.conf")])
        let server = try await Server.start(home: home.path, environment: ["SHIPPY_BUS": nats.url])
        let long = String(repeating: "ä", count: 200)
        #expect(
            try await http.post(server.users, "/create", #"{"email":"large@example.com","name":"\#(long)","company":"\#(long)"}"#).status == 200)
        #expect(try await http.post(server.users, "/create", #"{"email":"small@example.com"}"#).status == 200)
        try await eventually("the other is mailed: \(server.process.errors)") {
            try await ShippyBinary.run(["mail", "list", "--state", "sent"], home: home.path).output.contains("small@example.com")
        }
        try await eventually("it is told of") { server.process.errors.contains("event set aside") }
        let metrics = try await http.get(server.ops, "/metrics").body
        #expect(metrics.contains("shippy_outbox_set_aside 1"))
        #expect(metrics.contains("shippy_outbox_pending 0"))
        let outbox = try await status(["SHIPPY_BUS": nats.url])["outbox"] as? [String: Any]
        #expect(outbox?["set_aside"] as? Int == 1)
        #expect(try await http.get(server.ops, "/health/ready").status == 200)
        try await server.stop()
        try await nats.kill()
    }
}
