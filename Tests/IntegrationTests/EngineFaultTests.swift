import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

/// What must hold when a real engine, or a service on it, dies or hangs: nothing that was acknowledged is lost, and nothing is
/// there twice.
///
/// One after the other: each of them keeps half a dozen processes busy.
@Suite(.serialized) struct EngineFaultTests {
    private let http = HTTP(timeout: 40)

    /// Runs `body` while users are created, then waits for everything to be done, and looks whether all is there once.
    private func underLoad(_ engines: Engines, _ server: Server, _ body: (Load) async throws -> Void) async throws {
        let load = Load()
        let task = Task { await load.run(clients: 4) { server.users } }
        try await eventually("the load runs") { load.result.acknowledged.count > 50 }
        try await body(load)
        try await grows(load, "creates go on at the end")
        task.cancel()
        await task.value
        try await engines.waitUntilAllIsDone()
        try await engines.expectNothingLost(Set(load.result.acknowledged.keys))
    }

    private func grows(_ load: Load, _ what: String) async throws {
        let before = load.result.acknowledged.count
        try await eventually(what, within: .seconds(120)) { load.result.acknowledged.count > before + 20 }
    }

    @Test(.timeLimit(.minutes(10))) func theBrokerIsKilledTenTimes() async throws {
        let engines = try await Engines.start()
        let server = try await engines.serve("up")
        try await underLoad(engines, server) { load in
            for _ in 0..<10 {
                try await Task.sleep(for: .milliseconds(Int.random(in: 50...500)))
                try await engines.nats.kill()
                try await grows(load, "creates go on without a broker")
                try await engines.nats.restart()
            }
        }
        try await server.stop()
        try await engines.stop()
    }

    @Test(.timeLimit(.minutes(10))) func theBrokerIsAwayForLong() async throws {
        let engines = try await Engines.start()
        let server = try await engines.serve("up")
        try await underLoad(engines, server) { load in
            try await engines.nats.kill()
            try await Task.sleep(for: .seconds(15))
            try await grows(load, "creates go on without a broker")
            let status = try await engines.status()
            let bus = (status["engines"] as? [[String: Any]])?.first { $0["role"] as? String == "bus" }
            #expect(bus?["reachable"] as? Bool == false)
            try await engines.nats.restart()
        }
        try await server.stop()
        try await engines.stop()
    }

    @Test(.timeLimit(.minutes(10))) func theStreamIsDeletedUnderUs() async throws {
        let engines = try await Engines.start()
        let server = try await engines.serve("up")
        try await underLoad(engines, server) { load in
            let client = try PlainNATS(port: engines.nats.port)
            for _ in 0..<2 {
                try client.publish("$JS.API.STREAM.DELETE.SHIPPY", "")
                try await grows(load, "creates go on")
            }
        }
        try await server.stop()
        try await engines.stop()
    }

    @Test(.timeLimit(.minutes(10))) func theDatabaseIsRestarted() async throws {
        let postgres = try await PostgresServer.start()
        let engines = try await Engines.start(store: await postgres.database())
        let server = try await engines.serve("up")
        try await underLoad(engines, server) { _ in
            try await postgres.crash()
            try await eventually("503") { try await http.post(server.users, "/create", #"{"email":"away@example.com"}"#).status == 503 }
            try await eventually("not ready") { try await http.get(server.ops, "/health/ready").status == 503 }
            #expect(try await http.get(server.ops, "/health/live").status == 200)
            try await postgres.restart()
            try await eventually("ready again") { try await http.get(server.ops, "/health/ready").status == 200 }
        }
        try await server.stop()
        try await engines.stop()
        try await postgres.crash()
    }

    /// Its tables are on a small disk. The write-ahead log is not: a server that cannot write that ends, which is another fault.
    @Test(.timeLimit(.minutes(10))) func theDatabasesDiskIsFull() async throws {
        let postgres = try await PostgresServer.start()
        let disk = try SmallDisk(megabytes: 48, owner: PostgresServer.owner)
        let engines = try await Engines.start(store: await postgres.database(in: disk.path))
        let server = try await engines.serve("up")
        var number = 0
        var acknowledged: Set<String> = []
        func create() async throws -> Int {
            number += 1
            let body = #"{"email":"u\#(number)@example.com","name":"\#(String(repeating: "n", count: 150))"}"#
            let reply = try await http.post(server.users, "/create", body)
            if let id = reply.json?["id"] as? String { acknowledged.insert(id) }
            return reply.status
        }
        func ready() async throws -> HTTP.Reply { try await http.get(server.ops, "/health/ready") }
        #expect(try await create() == 200)
        try await eventually("ready") { try await ready().status == 200 }
        try disk.fill()
        // Pages that were begun have room for some.
        try await eventually("a user is refused") { try await create() == 503 }
        try await eventually("not ready") {
            let reply = try await ready()
            return reply.status == 503 && reply.body.contains("failed store")
        }
        for _ in 0..<20 {
            #expect(try await create() == 503)
            #expect(try await ready().status == 503)
            try await Task.sleep(for: .milliseconds(250))
        }
        #expect(try await http.get(server.ops, "/health/live").status == 200)
        try disk.free()
        try await eventually("users are taken again") { try await create() == 200 }
        try await eventually("ready again") { try await ready().status == 200 }
        try await engines.waitUntilAllIsDone()
        try await engines.expectNothingLost(acknowledged)
        try await server.stop()
        try await engines.stop()
        try await postgres.crash()
    }

    @Test(.timeLimit(.minutes(10))) func theRegistryIsAwayLongerThanALease() async throws {
        let engines = try await Engines.start()
        let users = try await engines.serve("serve", "users")
        let notificator = try await engines.serve("serve", "notificator")
        func instances() async throws -> Int { try await engines.shippy("registry", "list", "-o", "jsonl").lines.count }
        #expect(try await instances() == 3)
        try await engines.etcd.kill()
        try await Task.sleep(for: .seconds(5))
        #expect(try await http.post(users.users, "/create", #"{"email":"ada@example.com"}"#).status == 200)
        try await engines.etcd.restart()
        try await eventually("all are registered again") { try await instances() == 3 }

        let listed = try await engines.shippy("registry", "list", "notificator", "-o", "jsonl").objects()
        try await engines.etcd.delete("/shippy/instances/notificator/\(try #require(listed.first?["id"] as? String))")
        try await eventually("it registers again") { try await instances() == 3 && notificator.process.errors.contains("lease lost") }

        let killed = ContinuousClock.now
        try await users.stop(SIGKILL)
        try await eventually("the dead are gone") { try await instances() == 1 }
        // A TTL of three seconds, and two more.
        #expect(killed.duration(to: .now) < .seconds(20))
        try await notificator.stop()
        try await engines.stop()
    }

    @Test(.timeLimit(.minutes(10))) func servicesAreKilledInTurn() async throws {
        let engines = try await Engines.start()
        let addresses = Mutex<[String]>([])
        var users = [try await engines.serve("serve", "users"), try await engines.serve("serve", "users")]
        var notificators = [try await engines.serve("serve", "notificator"), try await engines.serve("serve", "notificator")]
        addresses.withLock { $0 = users.map(\.users) }
        let load = Load()
        let task = Task { await load.run(clients: 4) { addresses.withLock { $0.randomElement() } } }
        for round in 0..<6 {
            try await grows(load, "creates go on")
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...300)))
            if round.isMultiple(of: 2) {
                try await users.removeFirst().stop(SIGKILL)
                users.append(try await engines.serve("serve", "users"))
                addresses.withLock { [users] in $0 = users.map(\.users) }
            } else {
                try await notificators.removeFirst().stop(SIGKILL)
                notificators.append(try await engines.serve("serve", "notificator"))
            }
        }
        task.cancel()
        await task.value
        try await engines.waitUntilAllIsDone()
        try await engines.expectNothingLost(Set(load.result.acknowledged.keys))
        for server in users + notificators { #expect(try await server.stop() == 0) }
        try await engines.stop()
    }

    enum Engine: CaseIterable { case store, bus, registry }

    @Test(.timeLimit(.minutes(10)), arguments: Engine.allCases)
    func anEngineHangs(engine: Engine) async throws {
        let postgres = try await PostgresServer.start()
        let engines = try await Engines.start(store: await postgres.database())
        let server = try await engines.serve("up")
        let signal: (Int32) -> Void =
            switch engine {
            case .store: { postgres.signal($0) }
            case .bus: { engines.nats.signal($0) }
            case .registry: { engines.etcd.signal($0) }
            }
        try await underLoad(engines, server) { load in
            signal(SIGSTOP)
            if engine == .store {
                // Within a bounded time there is an answer.
                let reply = try await http.post(server.users, "/create", #"{"email":"hangs@example.com"}"#)
                #expect(reply.status == 503)
            } else {
                try await Task.sleep(for: .seconds(8))
                try await grows(load, "creates go on")
            }
            #expect(try await http.get(server.ops, "/health/live").status == 200)
            signal(SIGCONT)
        }
        #expect(try await server.stop() == 0)
        try await engines.stop()
        try await postgres.crash()
    }

    @Test(.enabled("needs root and network namespaces") { try await Namespace.isAllowed() }, .timeLimit(.minutes(10)))
    func theNetworkIsCut() async throws {
        let namespace = try await Namespace.make()
        let engines = try await Engines.start(behind: namespace)
        let server = try await engines.serve("up")
        try await underLoad(engines, server) { load in
            try await namespace.cut()
            try await Task.sleep(for: .seconds(12))
            try await grows(load, "creates go on")
            let began = ContinuousClock.now
            #expect(try await engines.shippy("registry", "list").status == 69)
            #expect(try await engines.shippy("events", "status").status == 69)
            #expect(began.duration(to: .now) < .seconds(60))
            try await namespace.restore()
        }
        try await eventually("all are registered") { try await engines.shippy("registry", "list", "-o", "jsonl").lines.count == 3 }
        #expect(try await server.stop() == 0)
        try await engines.stop()
    }

    /// Nobody sends a process that is not ready anything to write: it has to find out by itself. And what libpq has to say of an
    /// end that the server announced does not reach standard error, which is a log.
    @Test(.timeLimit(.minutes(5))) func aProcessIsReadySoonAfterItsDatabaseIs() async throws {
        let postgres = try await PostgresServer.start()
        let engines = try await Engines.start(store: await postgres.database())
        let server = try await engines.serve("serve", "users", arguments: ["--log-format", "json"])
        #expect(try await http.post(server.users, "/create", #"{"email":"a@example.com"}"#).status == 200)
        // An end that the server announces, also to the connection that listens.
        try await eventually("it listens") {
            let listens = "EXISTS (SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%')"
            return (try? await PostgresServer.execute("SELECT 1 / (\(listens))::int", at: engines.store)) != nil
        }
        try await PostgresServer.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'shippy'", at: engines.store)
        try await eventually("creates go on") { try await http.post(server.users, "/create", #"{"email":"c@example.com"}"#).status != 503 }
        try await postgres.crash()
        #expect(try await http.post(server.users, "/create", #"{"email":"b@example.com"}"#).status == 503)
        try await eventually("it is not ready") { try await http.get(server.ops, "/health/ready").status == 503 }
        try await postgres.restart()
        try await eventually("it is ready", within: .seconds(15)) { try await http.get(server.ops, "/health/ready").status == 200 }
        try await server.stop()
        for line in server.process.errors.split(separator: "\n") {
            #expect(throws: Never.self, "\(line)") { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        }
        try await engines.stop()
        try await postgres.crash()
    }
}
