import Foundation
import TestSupport
import Testing

/// The services on PostgreSQL, NATS and etcd.
@Suite struct EnginesTests {
    private let http = HTTP()

    /// Which of store, bus and registry are remote.
    struct Combination: CustomTestStringConvertible, Sendable {
        var remote: Set<String>

        static let all = (0..<8).map { bits in
            Combination(remote: Set(["STORE", "BUS", "REGISTRY"].enumerated().filter { bits & (1 << $0.offset) != 0 }.map(\.element)))
        }

        var testDescription: String { remote.isEmpty ? "all embedded" : "remote: \(remote.sorted().joined(separator: ", "))" }
    }

    @Test(arguments: Combination.all)
    func everyCombinationWorks(combination: Combination) async throws {
        let engines = try await Engines.start()
        let environment = engines.environment.filter { name, _ in combination.remote.contains { name == "SHIPPY_\($0)" } }
        let home = engines.home.path
        let server = try await Server.start(home: home, environment: environment)
        #expect(try await http.post(server.users, "/create", #"{"email":"ada@example.com"}"#).status == 200)
        let created = try await ShippyBinary.run(["user", "create", "bob@example.com"], home: home, environment: environment)
        #expect(created.status == 0, "\(created.errors)")
        #expect(!created.errors.contains("inside this command"))
        let events = try await eventually("two events") {
            let lines = try await ShippyBinary.run(["events", "tail", "--all", "--at-end", "-o", "jsonl"], home: home, environment: environment)
            return lines.lines.count == 2 ? try lines.objects() : nil
        }
        #expect(events.compactMap { ($0["data"] as? [String: Any])?["email"] as? String } == ["ada@example.com", "bob@example.com"])
        try await eventually("both are mailed") {
            let mails = try await ShippyBinary.run(["mail", "list", "-o", "jsonl"], home: home, environment: environment).objects()
            return mails.count { $0["state"] as? String == "sent" } == 2
        }
        let instances = try await ShippyBinary.run(["registry", "list", "-o", "jsonl"], home: home, environment: environment).objects()
        #expect(instances.count == 3)
        #expect(instances.allSatisfy { $0["ttl_left"] is Double || $0["ttl_left"] is Int })
        let status = try await ShippyBinary.run(["status"], home: home, environment: environment)
        #expect(status.status == 0)
        #expect(status.output.contains("PostgreSQL") == combination.remote.contains("STORE"))
        #expect(status.output.contains(#/nats://127\.0\.0\.1:\d+ +NATS \d+\.\d+\.\d+\S*, stream /#) == combination.remote.contains("BUS"))
        #expect(status.output.contains("etcd") == combination.remote.contains("REGISTRY"))
        #expect(try await server.stop() == 0)
        try await eventually("it has deregistered") {
            try await ShippyBinary.run(["registry", "list", "-o", "jsonl"], home: home, environment: environment).lines.isEmpty
        }
        try await engines.stop()
    }

    @Test func withoutAServiceARemoteStoreIsNotServedInTheCommand() async throws {
        let engines = try await Engines.start()
        let outcome = try await engines.shippy("user", "create", "ada@example.com")
        #expect(outcome.status == 69)
        #expect(outcome.errors.contains("etcd://\(engines.etcd.address)"))
        try await engines.stop()
    }

    @Test func aNameWithoutADomainIsRefusedOnARemoteStore() async throws {
        let engines = try await Engines.start()
        let server = try await Server.start(["serve", "users"], home: engines.home.path, environment: engines.environment)
        #expect(try await http.post(server.users, "/create", #"{"email":"test"}"#).status == 422)
        try await server.stop()
        try await engines.stop()
    }

    // MARK: Programs of the tutorials

    @Test func everyShapeOfAnEventFromElsewhereIsTailedAndMailed() async throws {
        let engines = try await Engines.start()
        let server = try await engines.serve("up")
        // Published as a plain NATS client does: to the subject, without JetStream's headers.
        let client = try PlainNATS(port: engines.nats.port)
        func json(_ name: String) -> String { #"{"id":"\#(name)","name":"","company":"","email":"\#(name)@example.com"}"# }
        try client.publish("user.created", json("plain"))
        let body = Data(json("envelope").utf8).base64EncodedString()
        try client.publish("user.created", #"{"Header":{"id":"envelope"},"Body":"\#(body)"}"#)
        // A protobuf User with id and email, as the go-micro publisher wraps it.
        let user = Data([10, 5] + "proto".utf8 + [34, 17] + "proto@example.com".utf8)
        try client.publish("user.created", #"{"Header":{"Content-Type":"application/octet-stream"},"Body":"\#(user.base64EncodedString())"}"#)
        let events = try await eventually("three events") {
            let lines = try await engines.shippy("events", "tail", "--all", "--at-end", "-o", "jsonl")
            return lines.lines.count == 3 ? try lines.objects() : nil
        }
        let expected = ["plain@example.com", "envelope@example.com", "proto@example.com"]
        #expect(events.compactMap { ($0["data"] as? [String: Any])?["email"] as? String } == expected)
        try await eventually("all are mailed") {
            let mails = try await engines.shippy("mail", "list", "-o", "jsonl").objects().filter { $0["state"] as? String == "sent" }
            return Set(mails.compactMap { $0["to"] as? String }) == Set(expected)
        }
        try await server.stop()
        try await engines.stop()
    }

    @Test func plainSubscribersSeeEveryEvent() async throws {
        let engines = try await Engines.start()
        let client = try PlainNATS(port: engines.nats.port)
        try client.subscribe("user.created")
        let server = try await engines.serve("up")
        #expect(try await http.post(server.users, "/create", #"{"email":"ada@example.com","name":"Ada"}"#).status == 200)
        let text = try await eventually("the message") { client.received.contains("ada@example.com") ? client.received : nil }
        #expect(text.contains(#""name":"Ada""#))
        #expect(text.contains("Nats-Msg-Id: "))
        #expect(text.contains("\r\nid: "))
        try await server.stop()
        try await engines.stop()
    }

    @Test func instancesOfOtherFrameworksAreListedAndLeftAlone() async throws {
        let engines = try await Engines.start()
        try await engines.etcd.put("/services/notificator/10.0.0.1:8082", "10.0.0.1:8082")
        try await engines.etcd.put(
            "/micro/registry/go.micro.srv.user/go.micro.srv.user-1",
            #"{"name":"go.micro.srv.user","version":"latest","metadata":null,"endpoints":[],"nodes":[{"id":"go.micro.srv.user-1","address":"10.0.0.2:50051","metadata":{"protocol":"grpc"}}]}"#
        )
        let server = try await engines.serve("serve", "notificator")
        let instances = try await engines.shippy("registry", "list", "-o", "jsonl").objects()
        let owners = instances.map { "\($0["address"] ?? "") \(($0["metadata"] as? [String: String])?["registered_by"] ?? "shippy")" }
        #expect(Set(owners) == ["10.0.0.1:8082 go-kit", "10.0.0.2:50051 go-micro", "\(server.addresses["notificator grpc"]!) shippy"])
        let refused = try await engines.shippy("registry", "deregister", "notificator", "10.0.0.1:8082")
        #expect(refused.status == 77, "\(refused.errors)")
        try await server.stop()
        try await engines.stop()
    }

    @Test func aTailSaysWhenItsStreamBeginsAnew() async throws {
        let engines = try await Engines.start()
        func user(_ name: String) -> String { #"{"id":"\#(name)","name":"","company":"","email":"\#(name)@example.com"}"# }
        func tail(_ arguments: String...) throws -> RunningProcess {
            try ShippyBinary.start(
                ShippyBinary.path, ["events", "tail", "-o", "jsonl"] + arguments, home: engines.home.path, environment: engines.environment,
                files: TemporaryDirectory())
        }
        #expect(try await engines.shippy("events", "status").status == 0)
        let client = try PlainNATS(port: engines.nats.port)
        for name in ["ada", "bob"] { try client.publish("user.created", user(name)) }
        let (all, later) = (try tail("--all"), try tail("--from-seq", "100"))
        try await eventually("two events: \(all.errors)") { all.output.contains("bob@example.com") }
        // Longer than a silent reader waits before it looks.
        try await Task.sleep(for: .seconds(7))
        #expect(later.output.isEmpty, "a place that the stream has not come to yet is no stream of before")
        try client.publish("$JS.API.STREAM.DELETE.SHIPPY", "")
        try await eventually("the stream is made again") {
            let status = try await engines.shippy("events", "status", "-o", "json").objects()[0]
            return (status["bus"] as? [String: Any] ?? status)["last_seq"] as? Int == 0
        }
        try client.publish("user.created", user("eve"))
        try await eventually("the new stream's event: \(all.output) \(all.errors)") { all.output.contains("eve@example.com") }
        #expect(all.output.contains(#"{"notice":"reset","last":2}"#))
        for process in [all, later] {
            process.signal(SIGINT)
            #expect(try await process.status() == 130)
        }
        try await engines.stop()
    }

    @Test func aTailSaysThatItsBusIsAway() async throws {
        let engines = try await Engines.start()
        #expect(try await engines.shippy("events", "status").status == 0)
        let tail = try ShippyBinary.start(
            ShippyBinary.path, ["events", "tail", "--all", "-o", "jsonl"], home: engines.home.path, environment: engines.environment,
            files: TemporaryDirectory())
        func publish(_ name: String) throws {
            try PlainNATS(port: engines.nats.port).publish(
                "user.created", #"{"id":"\#(name)","name":"","company":"","email":"\#(name)@example.com"}"#)
        }
        try publish("ada")
        try await eventually("it follows: \(tail.errors)") { tail.output.contains("ada@example.com") }
        for round in 1...2 {
            try await engines.nats.kill()
            try await eventually("it says so, once") { tail.errors.components(separatedBy: "still waiting").count == round + 1 }
            try await engines.nats.restart()
            try await eventually("it goes on") { tail.output.components(separatedBy: #""notice":"reconnected""#).count == round + 1 }
        }
        try publish("eve")
        try await eventually("events come again") { tail.output.contains("eve@example.com") }
        #expect(tail.errors.components(separatedBy: "still waiting").count == 3)
        #expect(!tail.output.contains(#""notice":"away""#))
        tail.signal(SIGINT)
        #expect(try await tail.status() == 130)
        try await engines.stop()
    }

    @Test func aTailOfManyEventsIsWhole() async throws {
        let engines = try await Engines.start()
        #expect(try await engines.shippy("events", "status").status == 0)
        let client = try PlainNATS(port: engines.nats.port)
        let count = 200_000
        for number in 0..<count { try client.publish("user.created", "\(number)") }
        try await eventually("all are in the stream") {
            let status = try await engines.shippy("events", "status", "-o", "json").objects()[0]
            return (status["bus"] as? [String: Any] ?? status)["last_seq"] as? Int == count
        }
        // Memory that is used after it was freed shows at once with this.
        let environment = engines.environment.merging(["MALLOC_PERTURB_": "165"]) { $1 }
        for _ in 0..<6 {
            let tail = try await ShippyBinary.shell(
                "$shippy events tail --since 1h --at-end -o jsonl | wc -l; exit ${PIPESTATUS[0]}", home: engines.home.path, environment: environment)
            #expect(tail.status == 0, "\(tail.errors)")
            #expect(tail.output.filter(\.isNumber) == "\(count)")
        }
        try await engines.stop()
    }

    @Test func aTailOfPlainNATSSaysThatItCannotReplay() async throws {
        let engines = try await Engines.start(hasJetStream: false)
        let files = try TemporaryDirectory()
        let tail = try ShippyBinary.start(
            ShippyBinary.path, ["events", "tail", "--all", "-o", "jsonl", "user.*", "*.created"], home: engines.home.path,
            environment: engines.environment, files: files)
        try await eventually("it says so: \(tail.errors)") { tail.output.contains(#""notice":"live-only""#) }
        let client = try PlainNATS(port: engines.nats.port)
        for email in ["ada@example.com", "eve@example.com"] {
            try client.publish("user.created", #"{"id":"1","name":"","company":"","email":"\#(email)"}"#)
        }
        try await eventually("the events come") { tail.output.contains("ada@example.com") && tail.output.contains("eve@example.com") }
        #expect(tail.output.components(separatedBy: #""subject":"user.created""#).count == 3, "once each, though both filters match")
        tail.signal(SIGINT)
        #expect(try await tail.status() == 130)
        try await engines.stop()
    }
}
