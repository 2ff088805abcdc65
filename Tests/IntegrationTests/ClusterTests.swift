import TestSupport
import Testing

/// The command with a cluster of three, one of which is dead.
@Suite(.serialized) struct ClusterTests {
    @Test(.timeLimit(.minutes(8))) func aReplayEndsWellWithOneServerDead() async throws {
        let cluster = try await NATSCluster.start()
        let home = try TemporaryDirectory()
        let addresses = cluster.servers.map { "127.0.0.1:\($0.port)" }.joined(separator: ",")
        let environment = ["SHIPPY_BUS": "nats://\(addresses)", "SHIPPY_EVENT_REPLICAS": "3"]
        try await eventually("the stream is made") {
            try await ShippyBinary.run(["events", "status"], home: home.path, environment: environment).status == 0
        }
        let leader = try await cluster.leader()
        let client = try PlainNATS(port: cluster.servers[leader].port)
        let count = 500
        for number in 0..<count { try client.publish("user.created", "\(number)") }
        try await eventually("all are there") {
            let info = try await client.request("$JS.API.STREAM.INFO.SHIPPY")
            return (info["state"] as? [String: Any])?["last_seq"] as? Int == count
        }
        try await cluster.servers[leader].kill()
        for _ in 0..<10 {
            let tail = try await ShippyBinary.run(
                ["events", "tail", "--all", "--at-end", "-o", "jsonl"], home: home.path, environment: environment)
            #expect(tail.status == 0, "\(tail.errors)")
            #expect(try tail.objects().filter { $0["notice"] == nil }.count == count)
        }
        try await cluster.stop()
    }
}
