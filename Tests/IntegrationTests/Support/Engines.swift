import Foundation
import TestSupport
import Testing

/// Real servers for one test, and the environment that points shippy at them.
struct Engines: Sendable {
    let store: String
    let nats: NATSServer
    let etcd: EtcdServer
    let home: TemporaryDirectory

    /// - Parameter store: the URL of a database; nil for one on the server that tests share.
    static func start(store: String? = nil, hasJetStream: Bool = true, behind namespace: Namespace? = nil) async throws -> Engines {
        let home = try TemporaryDirectory()
        try ShippyBinary.makeSecret(home("secret"))
        return Engines(
            store: try await store == nil ? PostgresServer.shared.database() : store!,
            nats: try await NATSServer.start(hasJetStream: hasJetStream, namespace: namespace),
            etcd: try await EtcdServer.start(namespace: namespace), home: home)
    }

    var environment: [String: String] {
        [
            "SHIPPY_STORE": store, "SHIPPY_BUS": nats.url, "SHIPPY_REGISTRY": "etcd://\(etcd.address)",
            "SHIPPY_SECRET_FILE": home("secret"),
        ]
    }

    func stop() async throws {
        try await nats.kill()
        try await etcd.kill()
    }

    func shippy(_ arguments: String..., input: String? = nil) async throws -> Outcome {
        try await ShippyBinary.run(arguments, home: home.path, input: input, environment: environment)
    }

    /// Starts a service. Its e-mail addresses need no domain, and its instances leave the registry soon after they die.
    func serve(_ command: String..., arguments: [String] = []) async throws -> Server {
        try await Server.start(
            command, home: home.path, ["--registry-ttl", "3s"] + arguments,
            environment: environment.merging(["SHIPPY_MAIL_DOMAIN": "localhost"]) { $1 })
    }

    func status() async throws -> [String: Any] { try #require(try await shippy("status", "-o", "json").objects().first) }

    /// Waits until every user has an event and every event's mail is sent.
    func waitUntilAllIsDone() async throws {
        try await eventually("all is done", within: .seconds(120)) {
            let status = try await status()
            guard let users = status["users"] as? Int, let mails = status["mails"] as? [String: Int] else { return false }
            let outbox = (status["events"] as? [String: Any])?["outbox"] as? [String: Any]
            return mails["sent"] == users && mails["queued"] == 0 && mails["sending"] == 0 && outbox?["pending"] as? Int == 0
        }
    }

    /// Acknowledged users are there; each has exactly one event id, and each event id one mail, which is in the folder.
    func expectNothingLost(_ acknowledged: Set<String>) async throws {
        let users = Set(try await shippy("user", "list", "--all", "-o", "jsonl").objects().compactMap { $0["id"] as? String })
        #expect(acknowledged.isSubset(of: users))
        let events = try await shippy("events", "tail", "--all", "--at-end", "-o", "jsonl").objects().filter { $0["notice"] == nil }
        var ids: [String: Set<String>] = [:]
        for event in events {
            let user = try #require((event["data"] as? [String: Any])?["id"] as? String)
            ids[user, default: []].insert(try #require(event["id"] as? String))
        }
        #expect(Set(ids.keys) == users)
        #expect(ids.values.allSatisfy { $0.count == 1 })
        #expect(events.count == users.count, "an event is on the bus twice")
        let mails = try await shippy("mail", "list", "--all", "-o", "jsonl").objects()
        #expect(Set(mails.compactMap { $0["event_id"] as? String }) == Set(ids.values.flatMap { $0 }))
        #expect(mails.count == users.count)
        let files = try FileManager.default.contentsOfDirectory(atPath: home("mail/new"))
        #expect(files.count == users.count)
    }
}
