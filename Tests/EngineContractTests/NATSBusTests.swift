import Foundation
import Glibc
import ShippyCore
import TestSupport
import Testing

@testable import NATSEngine

/// What is particular to the bus on JetStream: its limits, and streams that somebody else has made.
@Suite struct NATSBusTests {
    private let users = [SubjectFilter(.userCreated)]
    private let group = ConsumerConfiguration(name: "group", filter: SubjectFilter(.userCreated))

    private func event(payload: Int) -> OutgoingEvent {
        Samples.outgoing("user.created", String(repeating: "x", count: payload))
    }

    @Test(arguments: [
        (#"INFO {"server_id":"x","version":"2.10.7","max_payload":1} "#, "2.10.7"), (#"INFO {"version":"2.9.10"}"#, "2.9.10"), ("INFO {}", nil),
        (#"INFO {"version":""}"#, nil), (#"INFO {"version":"2 \u001b"}"#, nil), (#"{"version":"2.9.10"}"#, nil), ("INFO", nil), ("", nil),
    ])
    func theVersionIsInTheGreeting(line: String, version: String?) {
        #expect(NATSGreeting.version(in: Array(line.utf8)) == version)
    }

    @Test func aServerThatDoesNotGreetHasNoVersion() throws {
        let silent = try SilentListener()
        #expect(NATSGreeting.version(at: "nats://ada:secret@127.0.0.1:\(silent.port)") == nil)
        #expect(silent.hasConnection)
        #expect(NATSGreeting.version(at: "nats://127.0.0.1:1") == nil)
        #expect(NATSGreeting.version(at: "nonsense") == nil)
    }

    /// Headers and payload count together, to the byte.
    @Test(arguments: [true, false])
    func anEventThatIsTooLargeHoldsUpNoOther(hasIDHeader: Bool) async throws {
        let server = try await NATSServer.start()
        let bus = NATSBus(NATSOptions(servers: [server.url]))
        func event(total: Int) -> OutgoingEvent {
            var event = self.event(payload: 0)
            let line = event.headers.block.count
            event.headers = EventHeaders(hasIDHeader ? event.headers.pairs + [("Other", "héader")] : [("Other", "héader")])
            // The frame of a header block, and the line with the id, which the bus adds where it is missing.
            let headers = 12 + event.headers.block.count + (hasIDHeader ? 0 : line)
            event.payload = [UInt8](repeating: 120, count: total - headers)
            return event
        }
        let limit = 1_048_576
        let results = try await bus.publish([event(total: 100), event(total: limit), event(total: limit + 1), event(total: 100)])
        #expect(results.map { (try? $0.get())?.sequence } == [1, 2, nil, 3])
        guard case .failure(let error) = results[2] else { return }
        #expect(error.code == .tooLarge)
        #expect(error.message.contains("\(limit + 1) bytes"), "\(error.message)")
        await bus.close()
        try await server.kill()
    }

    /// It is given up all the same: neither what it says nor its headers and its ID fit beside what a dead letter adds.
    @Test func anEventAsLargeAsCanBeEndsInTheDeadLetters() async throws {
        let server = try await NATSServer.start()
        let bus = NATSBus(NATSOptions(servers: [server.url], subjects: ["user.>", "dead-letter.>"]))
        let once = ConsumerConfiguration(name: "group", filter: SubjectFilter(.userCreated), maxDeliver: 1)
        try await bus.declare(once)
        let frame = 12 + EventHeaders([(HeaderName.natsMessageID, ""), ("Other", "")]).block.count
        // The most that the server takes, and the most of it that may be headers.
        let (limit, headerLimit) = (1_048_576, 65_535)
        let most = String(repeating: "x", count: headerLimit - frame - 1)
        for (id, other) in [(most, "y"), ("y", most)] {
            var event = event(payload: limit - headerLimit)
            event.id = id
            event.headers = EventHeaders([(HeaderName.natsMessageID, id), ("Other", other)])
            try await bus.take([event])
        }
        let member = try await bus.consumer(once)
        var buried: [Int64] = []
        try await eventually("both are given up") {
            let batch = try await member.fetch(limit: 1, wait: .seconds(1))
            for event in batch.events { buried += try await member.settle(batch, failures: [event.sequence: "too long"]).map(\.sequence) }
            return buried.count == 2
        }
        let letters = try await bus.reader(subjects: [SubjectFilter("dead-letter.group")], from: .all).events(2)
        #expect(letters.map { $0.headers[HeaderName.deadSequence] } == ["1", "2"])
        #expect(letters.allSatisfy { $0.headers[HeaderName.deadReason] == "too long" })
        await member.close()
        await bus.close()
        try await server.kill()
    }

    @Test func aFullStreamTakesWhatItCanAndLosesNothing() async throws {
        let server = try await NATSServer.start()
        let bus = NATSBus(NATSOptions(servers: [server.url], maxBytes: 1 << 20))
        let events = (0..<40).map { _ in event(payload: 50_000) }
        let results = try await bus.publish(events)
        let taken = results.compactMap { try? $0.get() }
        #expect(taken.count > 10 && taken.count < 40)
        #expect(taken.map(\.sequence) == Array(1...Int64(taken.count)))
        for result in results {
            if case .failure(let error) = result { #expect(error.code == .unavailable) }
        }
        for (event, result) in zip(events, results) {
            if let receipt = try? result.get() { #expect(try await bus.eventID(at: receipt.sequence) == event.id) }
        }
        // Only now: it mends a stream that drops something.
        try await bus.declare(group)
        try await bus.maintain()
        #expect(try await bus.status().firstSequence == 1, "nobody has acknowledged any")
        let member = try await bus.consumer(group)
        var seen = 0
        while seen < taken.count {
            let batch = try await member.fetch(limit: 100, wait: .seconds(5))
            seen += batch.events.count
            try await member.settle(batch, failures: [:])
        }
        // Room is made as soon as somebody publishes in vain.
        let rest = zip(events, results).compactMap { event, result in (try? result.get()) == nil ? event : nil }.prefix(3)
        try await eventually("there is room") { try await bus.publish(Array(rest)).allSatisfy { (try? $0.get()) != nil } }
        #expect(try await bus.status().firstSequence > 1)
        await member.close()
        await bus.close()
        try await server.kill()
    }

    /// The server ends the connection of one who goes by a limit that was lowered meanwhile, and libnats gives it up then.
    @Test(.timeLimit(.minutes(2))) func aConnectionThatIsGivenUpIsMadeAnew() async throws {
        let directory = try TemporaryDirectory()
        func limit(to bytes: Int) throws {
            // All of it: what is only given as an argument is gone when the file is read again.
            let text = "max_payload: \(bytes)\njetstream { store_dir: \"\(directory("data"))\" }\n"
            try text.write(toFile: directory("configuration"), atomically: true, encoding: .utf8)
        }
        try limit(to: 1 << 20)
        let server = try await NATSServer.start(hasJetStream: false, ["-c", directory("configuration")])
        let bus = NATSBus(NATSOptions(servers: [server.url]))
        let first = event(payload: 10)
        try await bus.take([first])
        let reader = try await bus.reader(subjects: users, from: .all)
        let member = try await bus.consumer(group)
        try limit(to: 4096)
        server.signal(SIGHUP)
        try await eventually("an event is known to be too large") {
            // What the server does not take is as yet unknown, and ends the connection.
            guard case .failure(let error) = try? await bus.publish([event(payload: 10_000)])[0] else { return false }
            return error.code == .tooLarge
        }
        let last = event(payload: 10)
        try await bus.take([last])
        try await eventually("it is read") {
            try await reader.next(limit: 10, wait: .seconds(1)).contains { if case .event(let event) = $0 { event.id == last.id } else { false } }
        }
        try await eventually("the group gets it") {
            guard let batch = try? await member.fetch(limit: 10, wait: .seconds(1)) else { return false }
            _ = try await member.settle(batch, failures: [:])
            return batch.events.contains { $0.id == last.id }
        }
        await reader.close()
        await member.close()
        await bus.close()
        try await server.kill()
    }

    /// libnats gives up a connection whose login is refused twice.
    @Test(.timeLimit(.minutes(2))) func aLiveReaderOutlivesARefusedLogin() async throws {
        let directory = try TemporaryDirectory()
        func configure(_ text: String) throws { try text.write(toFile: directory("configuration"), atomically: true, encoding: .utf8) }
        try configure("debug: false\n")
        let server = try await NATSServer.start(hasJetStream: false, ["-c", directory("configuration")])
        let bus = NATSBus(NATSOptions(servers: [server.url]))
        let reader = try await bus.reader(subjects: users, from: .new)
        try configure("authorization { token: secret }\n")
        server.signal(SIGHUP)
        try await eventually("the login is refused again and again") { server.log.components(separatedBy: "authentication error").count > 4 }
        try configure("debug: false\n")
        server.signal(SIGHUP)
        try await eventually("an event is read") {
            try? PlainNATS(port: server.port).publish("user.created", "{}")
            return try await reader.next(limit: 10, wait: .milliseconds(100)).contains { if case .event = $0 { true } else { false } }
        }
        await reader.close()
        await bus.close()
        try await server.kill()
    }

    @Test func anAcknowledgementThatComesLateIsForNobody() async throws {
        let server = try await NATSServer.start()
        let bus = NATSBus(NATSOptions(servers: [server.url]))
        try await bus.take([event(payload: 10)])
        server.signal(SIGSTOP)
        let lost = try await bus.publish((0..<50).map { _ in event(payload: 10) })
        #expect(lost.count == 50)
        #expect(lost.allSatisfy { (try? $0.get()) == nil })
        server.signal(SIGCONT)
        let events = (0..<50).map { _ in event(payload: 10) }
        let receipts = try await eventually("a publish") { try? await bus.take(events) }
        for (event, receipt) in zip(events, receipts) { #expect(try await bus.eventID(at: receipt.sequence) == event.id) }
        await bus.close()
        try await server.kill()
    }

    @Test(arguments: [true, false])
    func onlyStreamsOfOursAreChanged(isOurs: Bool) async throws {
        let server = try await NATSServer.start()
        let client = try PlainNATS(port: server.port)
        _ = try await client.request(
            "$JS.API.STREAM.CREATE.SHIPPY",
            #"{"name":"SHIPPY","description":"\#(isOurs ? "Events of shippy" : "Mine")","subjects":["user.>","dead-letter.>"],"retention":"limits","storage":"file","discard":"\#(isOurs ? "old" : "new")","max_age":\#(isOurs ? 1_000_000_000_000 : 0),"max_bytes":1000000,"max_msgs":-1,"max_consumers":-1,"num_replicas":1,"duplicate_window":60000000000}"#
        )
        let bus = NATSBus(NATSOptions(servers: [server.url], maxAge: .zero))
        try await bus.take([event(payload: 10)])
        let member = try await bus.consumer(group)
        try await member.settle(try await member.fetch(limit: 1, wait: .seconds(5)), failures: [:])
        try await bus.maintain()
        let config = try await client.request("$JS.API.STREAM.INFO.SHIPPY")["config"] as? [String: Any]
        #expect(config?["discard"] as? String == "new")
        #expect(config?["max_age"] as? Int == 0)
        #expect(config?["max_bytes"] as? Int == 1_000_000)
        #expect(try await bus.status().firstSequence == (isOurs ? 2 : 1))
        await member.close()
        await bus.close()
        try await server.kill()
    }

    /// What such a stream drops, no mail would ever follow.
    @Test(arguments: [
        #""storage":"memory""#, #""storage":"file","max_age":5000000000"#, #""storage":"file","max_msgs_per_subject":1"#,
        #""storage":"file","discard":"old","max_bytes":1000000"#,
    ])
    func aStreamThatLosesEventsIsRefused(settings: String) async throws {
        let server = try await NATSServer.start()
        let client = try PlainNATS(port: server.port)
        _ = try await client.request(
            "$JS.API.STREAM.CREATE.SHIPPY", #"{"name":"SHIPPY","subjects":["user.>","dead-letter.>"],"retention":"limits",\#(settings)}"#)
        let bus = NATSBus(NATSOptions(servers: [server.url]))
        let refused = await #expect(throws: ShippyError.self) { try await bus.declare(group) }
        #expect(refused?.code == .failed)
        #expect(refused?.message.contains("can lose unacknowledged events") == true)
        await #expect(throws: ShippyError.self) { try await bus.consumer(group) }
        await #expect(throws: ShippyError.self) { try await bus.probe() }
        // Reading loses nothing.
        let reader = try await bus.reader(subjects: [SubjectFilter(">")], from: .all)
        #expect(try await reader.next(limit: 1, wait: .zero).isEmpty)
        await reader.close()
        await bus.close()
        try await server.kill()
    }

    @Test(arguments: [#""ack_policy":"explicit","filter_subject":"user.deleted""#, #""ack_policy":"none","filter_subject":"user.created""#])
    func aGroupThatWouldNeverSeeItsEventsIsRefused(settings: String) async throws {
        let server = try await NATSServer.start()
        let bus = NATSBus(NATSOptions(servers: [server.url]))
        _ = try await bus.position()
        _ = try await PlainNATS(port: server.port).request(
            "$JS.API.CONSUMER.DURABLE.CREATE.SHIPPY.\(group.name)",
            #"{"stream_name":"SHIPPY","config":{"durable_name":"\#(group.name)",\#(settings)}}"#)
        let refused = await #expect(throws: ShippyError.self) { try await bus.consumer(group) }
        #expect(refused?.message.contains("unsuitable settings") == true)
        await bus.close()
        try await server.kill()
    }

    /// A stream that begins anew gives the same sequences out again: by them alone, one event's mail would be taken for another's.
    @Test func anEventWithoutAnIDHasItsOwnInANewStream() async throws {
        let server = try await NATSServer.start()
        let bus = NATSBus(NATSOptions(servers: [server.url]))
        let client = try PlainNATS(port: server.port)
        var ids: [String] = []
        for _ in 0..<2 {
            try await eventually("there is a stream") { (try? await bus.position()) != nil }
            try client.publish("user.created", "x")
            try await eventually("the event is there") { try await bus.eventID(at: 1) != nil }
            let id = try #require(try await bus.eventID(at: 1))
            #expect(try await bus.eventIDs(after: 0, limit: 10).sequences == [id: 1])
            ids.append(id)
            _ = try await client.request("$JS.API.STREAM.DELETE.SHIPPY")
        }
        #expect(ids[0] != ids[1])
        await bus.close()
        try await server.kill()
    }

    /// What comes too late for one fetch must not be left over for the next: libnats 3.4 writes past the end of its list then.
    @Test func eventsThatTakeTheirTimeAreWaitedFor() async throws {
        let server = try await NATSServer.start()
        let near = NATSBus(NATSOptions(servers: [server.url]))
        try await near.take((0..<60).map { _ in event(payload: 10) })
        let link = try SlowLink(to: server.port, delay: .milliseconds(80))
        let far = NATSBus(NATSOptions(servers: ["nats://127.0.0.1:\(link.port)"]))
        let member = try await far.consumer(group)
        var sequences: [Int64] = []
        for _ in 0..<3 {
            let batch = try await member.fetch(limit: 20, wait: .seconds(10))
            #expect(batch.events.count == 20)
            sequences += batch.events.map(\.sequence)
            try await member.settle(batch, failures: [:])
        }
        #expect(sequences.sorted() == Array(1...60))
        await member.close()
        await far.close()
        await near.close()
        link.close()
        try await server.kill()
    }

    /// An id may be on the bus for longer than JetStream remembers it.
    /// What is old by one clock only stays: ours may be ahead of the server's, from which events have their times.
    @Test(arguments: [Duration.seconds(3 * 3600), .zero])
    func aClockThatIsAheadDropsNothing(ahead: Duration) async throws {
        let server = try await NATSServer.start()
        let bus = NATSBus(NATSOptions(servers: [server.url], maxAge: ahead == .zero ? .zero : .seconds(3600))) { .now + ahead }
        try await bus.take((0..<3).map { _ in event(payload: 10) })
        let member = try await bus.consumer(group)
        try await member.settle(try await member.fetch(limit: 10, wait: .seconds(5)), failures: [:])
        try await eventually("all is acknowledged") { try await bus.status().consumers.first?.lag == 0 }
        try await bus.maintain()
        #expect(try await bus.status().firstSequence == (ahead == .zero ? 4 : 1))
        await member.close()
        await bus.close()
        try await server.kill()
    }

    /// The server may still be deleting its files, and take those of a successor with them.
    @Test func aStreamThatWasDeletedIsNotMadeAgainAtOnce() async throws {
        let server = try await NATSServer.start()
        let bus = NATSBus(NATSOptions(servers: [server.url]))
        try await bus.take([event(payload: 10)])
        let client = try PlainNATS(port: server.port)
        let deletedAt = ContinuousClock.now
        _ = try await client.request("$JS.API.STREAM.DELETE.SHIPPY")
        let error = await #expect(throws: ShippyError.self) { try await bus.publish([event(payload: 10)]) }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("stream SHIPPY was deleted") == true)
        try await eventually("the stream is made again") { (try? await bus.publish([event(payload: 10)])) != nil }
        #expect(deletedAt.duration(to: .now) >= .seconds(2))
        await bus.close()
        try await server.kill()
    }

    @Test func idsAreFoundAmongVeryMany() async throws {
        let server = try await NATSServer.start()
        let bus = NATSBus(NATSOptions(servers: [server.url]))
        let first = event(payload: 10)
        try await bus.take([first])
        let client = try PlainNATS(port: server.port)
        let count: Int64 = 300_000
        for _ in 0..<count { try client.publish("user.created", "x") }
        try await eventually("all are there") { try await bus.position().sequence == count + 1 }
        let last = event(payload: 10)
        try await bus.take([last])
        let began = ContinuousClock.now
        var ids = try await bus.eventIDs(after: 0, limit: 16_384)
        #expect(ids.sequences[first.id] == 1)
        while !ids.isEnd { ids = try await bus.eventIDs(after: ids.through, limit: 16_384) }
        #expect(ids.sequences[last.id] == count + 2)
        #expect(began.duration(to: .now) < .seconds(60))
        await bus.close()
        try await server.kill()
    }

    @Test(arguments: [
        ("(conn.c:2088): No server available for connection", "No server available for connection"),
        ("(unix/sock.c:58): connect failed (Connection refused)", "connect failed (Connection refused)"),
        ("maximum bytes exceeded", "maximum bytes exceeded"),
        ("Timeout (js.c:1): (conn.c:2): late", "Timeout late"),
    ])
    func placesInLibnatsAreLeftOut(detail: String, text: String) {
        #expect(NATSError.withoutPlace(detail) == text)
    }

    /// The server forgets IDs at once, so it cannot tell that a dead letter was settled.
    @Test func aDeadLetterIsSettledOnceHoweverSoonTheServerForgets() async throws {
        let server = try await NATSServer.start()
        let answer = try await PlainNATS(port: server.port).request(
            "$JS.API.STREAM.CREATE.SHIPPY",
            #"{"name":"SHIPPY","subjects":["user.>","dead-letter.>"],"retention":"limits","storage":"file","duplicate_window":100000000}"#)
        #expect(answer["error"] == nil, "\(answer)")
        let bus = NATSBus(NATSOptions(servers: [server.url]))
        let event = Event(sequence: 1, id: "e", subject: .userCreated, time: .now, headers: EventHeaders(), payload: [1])
        try await bus.declare(ConsumerConfiguration(name: "group", filter: SubjectFilter(.userCreated)))
        try await bus.take([event.deadLetter(of: "group", reason: "r")])
        let letters = try await bus.deadLetters(after: 0, limit: 10)
        #expect(try await bus.settle(letters, by: .replay)[0].get().isDuplicate == false)
        let last = try await bus.position().sequence
        // The server forgets IDs in order, so with that of a later event it has forgotten that of the replay.
        try await bus.take([Samples.outgoing(id: "later")])
        try await eventually("the server has forgotten the ID") {
            let answer = try await bus.publish([Samples.outgoing(id: "later")])[0].get()
            return !answer.isDuplicate
        }
        #expect(try await bus.settle(letters, by: .replay)[0].get().isDuplicate)
        #expect(try await bus.position().sequence == last + 2)
        await bus.close()
        try await server.kill()
    }

    /// No member of this release has joined the group yet. Retention keeps only what a consumer waits for.
    @Test func aReplayMakesTheConsumerThatItWaitsFor() async throws {
        let server = try await NATSServer.start()
        let bus = NATSBus(NATSOptions(servers: [server.url]))
        try await bus.declare(ConsumerConfiguration(name: "group", filter: SubjectFilter(.userCreated)))
        let deleted = try await PlainNATS(port: server.port).request("$JS.API.CONSUMER.DELETE.SHIPPY.group_replay", "")
        #expect(deleted["success"] as? Bool == true, "\(deleted)")
        let event = Event(sequence: 1, id: "e", subject: .userCreated, time: .now, headers: EventHeaders(), payload: [1])
        try await bus.take([event.deadLetter(of: "group", reason: "r")])
        _ = try await bus.settle(try await bus.deadLetters(after: 0, limit: 10), by: .replay)[0].get()
        let consumer = try await PlainNATS(port: server.port).request("$JS.API.CONSUMER.INFO.SHIPPY.group_replay", "")
        #expect(consumer["num_pending"] as? Int == 1, "\(consumer)")
        await bus.close()
        try await server.kill()
    }

    /// Its dead letter has neither headers nor payload, so the replay takes them from the event.
    @Test func theDeadLetterOfALargeEventIsCompleted() async throws {
        let server = try await NATSServer.start()
        let bus = NATSBus(NATSOptions(servers: [server.url]))
        let sent = OutgoingEvent(
            id: "e", subject: .userCreated, time: .now, headers: EventHeaders([("X-Own", "1"), (HeaderName.natsMessageID, "e")]), payload: [1, 2])
        try await bus.take([sent])
        let reader = try await bus.reader(subjects: [SubjectFilter(.userCreated)], from: .all)
        let event = try await reader.events(1)[0]
        await reader.close()
        try await bus.take([event.shortDeadLetter(of: "group", reason: "r")])
        let letter = try await bus.deadLetters(after: 0, limit: 10)[0]
        #expect(letter.event.payload.isEmpty && letter.originalHeaders.isEmpty)
        let whole = try await bus.completed(letter)
        #expect(whole.event.payload == [1, 2])
        #expect(whole.originalHeaders.map(\.name) == ["X-Own"])
        #expect(whole.originalID == "e")
        await bus.close()
        try await server.kill()
    }
}
