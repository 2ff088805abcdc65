import CNats
package import ShippyCore
import Synchronization

/// The bus on NATS JetStream. Plain NATS subscribers see every event as it is published.
///
/// The stream remembers IDs for two minutes (its duplicate window), and drops events that are published again in that time. A
/// stream created by shippy drops nothing else: see ``NATSRetention``. When it is full it accepts no more events. Known headers
/// come out first, then the others by name: NATS does not keep their order.
package final class NATSBus: EventBus {
    private struct State {
        var connection: NATSConnection?
        var publisher: NATSPublisher?
        /// The last position that the stream is known to have reached.
        var known: BusPosition?
        /// The end of the stream at some earlier time.
        var earlier: (end: BusPosition, at: ContinuousClock.Instant)?
        /// When the retention was last applied because the stream was full.
        var madeRoomAt: ContinuousClock.Instant?
        /// The server that was last asked for its version. It has another ID after a restart.
        var server: (id: String, version: String?)?
    }

    /// The time after which every replica knows of a stored event.
    private static let settleTime = Duration.seconds(10)
    private static let makeRoomInterval = Duration.seconds(5)

    let stream: NATSStream
    private let clock: @Sendable () -> Timestamp
    private let thread = NATSThread()
    private let state = Mutex(State())

    /// Connects on first use, so that a service can start before its broker.
    ///
    /// - Parameter clock: this machine's wall clock, to determine the age of events.
    package init(_ options: NATSOptions, clock: @escaping @Sendable () -> Timestamp = { .now }) {
        self.clock = clock
        let servers = options.servers.map { url in url.split(separator: "@").last.map(String.init) ?? url }
        stream = NATSStream(options: options, server: servers.map { $0.split(separator: "/").last.map(String.init) ?? $0 }.joined(separator: ","))
    }

    /// Runs `body` on the bus's thread with the connection, which has been up at least once.
    func run<Value: Sendable>(_ what: String, _ body: @escaping @Sendable (NATSConnection) throws -> Value) async throws -> Value {
        try await thread.run { [self] in
            do {
                return try body(connection())
            } catch let error as NATSError {
                throw error.shippyError(what, server: stream.server)
            } catch let error as ShippyError where error.code == .unavailable {
                throw explained(what, error)
            }
        }
    }

    /// Call it on ``thread`` only.
    private func connection() throws -> NATSConnection {
        if let connection = state.withLock({ $0.connection }) { return connection }
        let connection = try NATSConnection(stream.options)
        state.withLock { $0.connection = connection }
        return connection
    }

    /// The context for a call. Throws at once if the connection is down: libnats would wait for it as long as for an answer.
    func jetStream(_ connection: NATSConnection) throws -> OpaquePointer {
        guard connection.isConnected else { throw NATSError(status: NATS_CONNECTION_DISCONNECTED, code: .none) }
        return connection.jetStream
    }

    package func publish(_ events: [OutgoingEvent]) async throws -> [Result<PublishReceipt, ShippyError>] {
        try await run("cannot publish") { [self] connection in
            let publisher = try publisher(connection)
            var outcomes = try publisher.publish(events)
            let unkept = outcomes.indices.filter { outcomes[$0].fault?.kind == .unkept }
            if !unkept.isEmpty {
                // The stream may be missing. Once created again, it stores them.
                let known = try stream.ensure(jetStream(connection)).subjects.map { try SubjectFilter($0) }
                let kept = unkept.filter { place in known.contains { $0.matches(events[place].subject) } }
                for (place, outcome) in zip(kept, try publisher.publish(kept.map { events[$0] })) { outcomes[place] = outcome }
                for place in Set(unkept).subtracting(kept) { outcomes[place] = .failure(notKept(events[place].subject, by: known)) }
            }
            if outcomes.contains(where: { $0.fault?.kind == .full }) { makeRoom(connection) }
            return outcomes.map { outcome in
                if case .success(let receipt) = outcome { saw(receipt.sequence) }
                return outcome.mapError { $0.error.code == .unavailable ? explained("cannot publish", $0.error) : $0.error }
            }
        }
    }

    private func explained(_ what: String, _ error: ShippyError) -> ShippyError {
        ShippyError(error.code, "\(what): NATS at \(stream.server): \(error.message)", retryAfter: error.retryAfter)
    }

    private func notKept(_ subject: Subject, by filters: [SubjectFilter]) -> NATSPublisher.Fault {
        let kept = filters.map(\.description).joined(separator: ", ")
        let text =
            "stream \(stream.options.stream) does not store subject \(subject.description.quoted()), only \(kept): add it to the stream, or to --event-subjects before the stream is created"
        return NATSPublisher.Fault(kind: .other, error: ShippyError(.invalid, text))
    }

    /// Applies the retention, because a full stream may hold events past it. Ignores errors: maintenance does the same within a
    /// minute, and reports them.
    private func makeRoom(_ connection: NATSConnection) {
        let isDue = state.withLock { state in
            if let at = state.madeRoomAt, at.duration(to: .now) < Self.makeRoomInterval { return false }
            state.madeRoomAt = .now
            return true
        }
        if isDue { try? applyRetention(connection) }
    }

    // MARK: Contents of the stream

    package func position() async throws -> BusPosition {
        var doubt = LossDoubt()
        while true {
            let place = try await run("cannot read the position of the bus") { [self] connection in
                let state = try stream.ensure(jetStream(connection))
                return BusPosition(identity: state.identity, sequence: state.last)
            }
            let isBelieved = state.withLock { state in
                let isBehind = state.known.map { $0.identity == place.identity && place.sequence < $0.sequence } ?? false
                if isBehind, !doubt.isBelieved(at: .now) { return false }
                state.known = place
                return true
            }
            if isBelieved { return place }
            try await Task.sleep(for: LossDoubt.pause)
        }
    }

    private func saw(_ sequence: Int64) {
        state.withLock { state in
            if let known = state.known { state.known = BusPosition(identity: known.identity, sequence: max(known.sequence, sequence)) }
        }
    }

    /// If the stream ends before `sequence`, asks again for some seconds, because a lagging replica looks the same.
    package func eventID(at sequence: Int64) async throws -> String? {
        var doubt = LossDoubt()
        while true {
            let (id, isKnown) = try await run("cannot look for event \(sequence)") { [self] connection in
                let jetStream = try jetStream(connection)
                // In this order, because the event may be stored in between.
                let end = try stream.ensure(jetStream).last
                return (try stream.event(at: sequence, jetStream)?.id, sequence <= end)
            }
            if id != nil || isKnown || doubt.isBelieved(at: .now) { return id }
            try await Task.sleep(for: LossDoubt.pause)
        }
    }

    /// Runs on a thread of its own, so that other calls do not wait for it.
    package func eventIDs(after sequence: Int64, limit: Int) async throws -> EventIDs {
        let what = "cannot look for events"
        let connection = try await run(what) { [self] connection in
            _ = try stream.ensure(jetStream(connection))
            return connection
        }
        let thread = NATSThread()
        do {
            let ids = try await thread.run { [stream] in
                do {
                    return try NATSListing(stream: stream, connection: connection).eventIDs(after: sequence, limit: limit)
                } catch let error as NATSError {
                    throw error.shippyError(what, server: stream.server)
                }
            }
            await thread.stop()
            return ids
        } catch {
            await thread.stop()
            throw error
        }
    }

    // MARK: Readers and groups

    func publisher(_ connection: NATSConnection) throws -> NATSPublisher {
        if let publisher = state.withLock({ $0.publisher }) {
            if publisher.isOnConnection { return publisher }
            state.withLock { $0.publisher = nil }
            publisher.close()
        }
        _ = try stream.ensure(jetStream(connection))
        let publisher = try NATSPublisher(connection)
        state.withLock { $0.publisher = publisher }
        return publisher
    }

    package func reader(subjects: [SubjectFilter], from start: StartPosition) async throws -> any EventReader {
        let subjects = SubjectFilter.widest(of: subjects)
        let backoff = Backoff(base: .milliseconds(200), cap: .seconds(2))
        let deadline = ContinuousClock.now + stream.options.electionLimit
        var attempts = 0
        while true {
            let reader: (any EventReader)? = try await run("cannot read events") { [self] connection in
                do {
                    let state = try stream.ensure(jetStream(connection))
                    let next = try first(start, subjects: subjects, state, connection)
                    return NATSReader(connection, stream: stream, filters: subjects, next: next, of: state)
                } catch let error as NATSError where error.isWithoutJetStream {
                    return try NATSLiveReader(connection, filters: subjects, server: stream.server)
                } catch let error as NATSError where error.isPassing && connection.isConnected && ContinuousClock.now < deadline {
                    return nil
                }
            }
            if let reader { return reader }
            attempts += 1
            try await Task.sleep(for: backoff.delay(attempt: attempts))
        }
    }

    private func first(
        _ start: StartPosition, subjects: [SubjectFilter], _ state: NATSStream.State, _ connection: NATSConnection
    ) throws -> Int64 {
        switch start {
        case .new: return state.last + 1
        case .last(let count): return count > 0 ? try startOfLast(count, subjects: subjects, state, connection) : state.last + 1
        case .all: return state.first
        case .sequence(let sequence): return max(1, sequence)
        case .time(let time):
            return try NATSTimeSearch(stream: stream).firstSequence(since: time, state, connection) ?? state.last + 1
        }
    }

    /// The sequence of the `count`th last matching event.
    private func startOfLast(
        _ count: Int, subjects: [SubjectFilter], _ state: NATSStream.State, _ connection: NATSConnection
    ) throws -> Int64 {
        // Bisects for the highest sequence from which on there are at least `count` events.
        var (low, high) = (state.first, state.last + 1)
        while low + 1 < high {
            let middle = (low + high) / 2
            if try stream.count(subjects, from: middle, jetStream(connection)) >= count { low = middle } else { high = middle }
        }
        return low
    }

    package func declare(_ group: ConsumerConfiguration) async throws {
        try await run("cannot create group \(group.name)") { [self] connection in
            let jetStream = try jetStream(connection)
            _ = try stream.ensureKeeping(jetStream)
            for part in [group, group.replays] { _ = try NATSGroup(stream: stream, configuration: part).ensure(jetStream) }
        }
    }

    package func consumer(_ configuration: ConsumerConfiguration) async throws -> any EventConsumer {
        let connection = try await run("cannot take events for \(configuration.name)") { $0 }
        func consumer(_ configuration: ConsumerConfiguration) -> NATSConsumer {
            NATSConsumer(connection, stream: stream, configuration: configuration) { [self] in try await publish($0) }
        }
        let consumer = NATSMember(events: consumer(configuration), replays: consumer(configuration.replays))
        do {
            try await consumer.join()
        } catch {
            await consumer.close()
            throw error
        }
        return consumer
    }

    package func status() async throws -> BusStatus {
        try await run("cannot query the event bus") { [self] connection in
            let jetStream = try jetStream(connection)
            let state = try stream.ensure(jetStream)
            return BusStatus(
                firstSequence: state.first, lastSequence: state.last, bytes: state.bytes, consumers: try groups(jetStream),
                deadLetters: try openDeadLetterCount(connection))
        }
    }

    /// The groups by name. What a group gets through its consumer for replays counts with the rest.
    private func groups(_ jetStream: OpaquePointer) throws -> [BusStatus.Consumer] {
        let consumers = try stream.groups(jetStream) { info in
            BusStatus.Consumer(
                name: String(cString: info.Name),
                filter: info.Config.pointee.FilterSubject.flatMap { try? SubjectFilter(String(cString: $0)) },
                lag: Int(info.NumPending) + Int(info.NumAckPending), inWork: Int(info.NumAckPending))
        }
        var groups: [String: BusStatus.Consumer] = [:]
        for consumer in consumers where ConsumerConfiguration.group(ofReplays: consumer.name) == nil { groups[consumer.name] = consumer }
        for consumer in consumers {
            guard let name = ConsumerConfiguration.group(ofReplays: consumer.name) else { continue }
            groups[name]?.lag += consumer.lag
            groups[name]?.inWork += consumer.inWork
        }
        return groups.values.sorted { $0.name < $1.name }
    }

    // MARK: Dead letters

    private func openDeadLetterCount(_ connection: NATSConnection) throws -> Int {
        let counts = try stream.deadLetterCounts(jetStream(connection))
        // Retention may have deleted dead letters and left what settled them, so the two numbers alone do not tell.
        if counts.letters == 0 || counts.settlements == 0 { return counts.letters }
        return try NATSDeadLetters(stream: stream, connection: connection).open().count
    }

    package func deadLetters(after sequence: Int64, limit: Int) async throws -> [DeadLetter] {
        try await run("cannot list dead letters") { [self] connection in
            let jetStream = try jetStream(connection)
            _ = try stream.ensure(jetStream)
            if try stream.deadLetterCounts(jetStream).letters == 0 { return [] }
            let open = try NATSDeadLetters(stream: stream, connection: connection).open()
            return try open.filter { $0 > sequence }.prefix(limit).compactMap {
                try stream.wholeEvent(at: $0, jetStream).flatMap(DeadLetter.init)
            }
        }
    }

    /// NATS alone would notice a second settlement for two minutes only, so this looks for earlier ones first.
    package func settle(
        _ letters: [DeadLetter], by settlement: DeadLetter.Settlement
    ) async throws -> [Result<PublishReceipt, ShippyError>] {
        let isReplay = settlement == .replay
        let (open, known) = try await run("cannot settle dead letters") { [self] connection in
            let jetStream = try jetStream(connection)
            _ = try stream.ensure(jetStream)
            let known = Set(try groups(jetStream).map(\.name))
            // Before the replay, so that it does not expire.
            for group in Set(letters.map(\.group)).intersection(isReplay ? known : []) {
                _ = try NATSGroup(stream: stream, configuration: .replays(of: group)).ensure(jetStream)
            }
            return (Set(try NATSDeadLetters(stream: stream, connection: connection).open()), known)
        }
        var results: [Result<PublishReceipt, ShippyError>] = []
        var events: [(place: Int, event: OutgoingEvent)] = []
        for letter in letters {
            if isReplay, !known.contains(letter.group) {
                results.append(.failure(.noGroup(letter.group)))
            } else {
                do {
                    if open.contains(letter.sequence) { events.append((results.count, try letter.settled(by: settlement))) }
                    // Of those that are not open, the bus may have deleted both the letter and what settled it.
                    results.append(.success(PublishReceipt(sequence: letter.sequence, isDuplicate: true)))
                } catch let error as ShippyError {
                    results.append(.failure(error))
                }
            }
        }
        for (entry, result) in zip(events, try await publish(events.map(\.event))) { results[entry.place] = result }
        return results
    }

    package func probe() async throws -> String {
        try await run("cannot reach the bus") { [self] connection in
            _ = try stream.ensureKeeping(jetStream(connection))
            return "NATS\(version(connection).map { " \($0)" } ?? ""), stream \(stream.options.stream)"
        }
    }

    package func examine() async throws -> EngineExamination {
        try await run("cannot examine the bus") { [self] connection in
            let version = "NATS\(version(connection).map { " \($0)" } ?? ""), stream \(stream.options.stream)"
            return try NATSExamination(stream: stream, version: version).run(jetStream(connection), now: clock())
        }
    }

    /// The version of the connected server, which is asked once. Call it on ``thread`` only.
    private func version(_ connection: NATSConnection) -> String? {
        guard let server = connection.serverID else { return nil }
        if let known = state.withLock({ $0.server }), known.id == server { return known.version }
        let version = connection.serverURL.flatMap(NATSGreeting.version(at:))
        state.withLock { $0.server = (server, version) }
        return version
    }

    package func maintain() async throws {
        try await run("cannot drop old events") { [self] connection in
            _ = try stream.ensure(jetStream(connection))
            try applyRetention(connection)
        }
    }

    /// Call it on ``thread`` only.
    private func applyRetention(_ connection: NATSConnection) throws {
        let settled = state.withLock { $0.earlier }.flatMap { $0.at.duration(to: .now) >= Self.settleTime ? $0.end : nil }
        let end = try NATSRetention(stream: stream, clock: clock).apply(connection, settledEnd: settled)
        state.withLock { state in
            if state.earlier == nil || settled != nil { state.earlier = (end, .now) }
        }
    }

    package func close() async {
        // Fails only if it was never used.
        try? await thread.run { [self] in
            let (connection, publisher) = state.withLock { ($0.connection, $0.publisher) }
            publisher?.close()
            connection?.close()
        }
        await thread.stop()
    }
}

extension NATSPublisher.Outcome {
    fileprivate var fault: NATSPublisher.Fault? {
        if case .failure(let fault) = self { fault } else { nil }
    }
}
