import CNats
package import ShippyCore
import Synchronization

/// The bus on NATS JetStream. Plain NATS subscribers see every event as it is published.
///
/// Ids are remembered for two minutes (the stream's duplicate window), so what is published twice within them is dropped.
/// Headers come out with the known ones first and the others by name: NATS does not say in what order they were.
package final class NATSBus: EventBus {
    private struct State {
        var connection: NATSConnection?
        var publisher: NATSPublisher?
    }

    private let stream: NATSStream
    private let thread = NATSThread()
    private let state = Mutex(State())

    /// Connects when it is first used, so that a service can start before its broker.
    package init(_ options: NATSOptions) {
        let servers = options.servers.map { url in url.split(separator: "@").last.map(String.init) ?? url }
        stream = NATSStream(options: options, server: servers.map { $0.split(separator: "/").last.map(String.init) ?? $0 }.joined(separator: ","))
    }

    /// Runs `body` on the bus's thread, with a connection that stands or stood.
    private func run<Value: Sendable>(_ what: String, _ body: @escaping @Sendable (NATSConnection) throws -> Value) async throws -> Value {
        try await thread.run { [self] in
            do {
                return try body(connection())
            } catch let error as NATSError {
                throw error.shippyError(what, server: stream.server)
            } catch let error as ShippyError where error.code == .unavailable {
                throw ShippyError(.unavailable, "\(what): NATS at \(stream.server): \(error.message)", retryAfter: error.retryAfter)
            }
        }
    }

    /// Only called on ``thread``.
    private func connection() throws -> NATSConnection {
        if let connection = state.withLock({ $0.connection }) { return connection }
        let connection = try NATSConnection(stream.options)
        state.withLock { $0.connection = connection }
        return connection
    }

    /// The context for a call, where it has a chance: libnats waits for a connection that is away as long as for an answer.
    private func jetStream(_ connection: NATSConnection) throws -> OpaquePointer {
        guard connection.isConnected else { throw NATSError(status: NATS_CONNECTION_DISCONNECTED, code: 0) }
        return connection.jetStream
    }

    package func publish(_ events: [OutgoingEvent]) async throws -> [PublishReceipt] {
        try await run("cannot publish") { [self] connection in
            let publisher = try publisher(connection)
            do {
                return try publisher.publish(events)
            } catch let error as ShippyError where error.code == .unavailable && connection.isConnected {
                // The stream may be gone. Once made again it takes them; ids that it has, it drops.
                let known = try stream.ensure(jetStream(connection)).subjects.map { try SubjectFilter($0) }
                if let event = events.first(where: { event in !known.contains { $0.matches(event.subject) } }) {
                    throw ShippyError(
                        .invalid,
                        "stream \(stream.options.stream) does not keep subject \(event.subject.description.debugQuoted), only \(known.map(\.description).joined(separator: ", ")): add it to the stream, or to --event-subjects before the stream is made"
                    )
                }
                return try publisher.publish(events)
            }
        }
    }

    private func publisher(_ connection: NATSConnection) throws -> NATSPublisher {
        if let publisher = state.withLock({ $0.publisher }) { return publisher }
        _ = try stream.ensure(jetStream(connection))
        let publisher = try NATSPublisher(connection)
        state.withLock { $0.publisher = publisher }
        return publisher
    }

    package func reader(subjects: [SubjectFilter], from start: StartPosition) async throws -> any EventReader {
        let subjects = SubjectFilter.widest(of: subjects)
        return try await run("cannot read events") { [self] connection in
            do {
                let state = try stream.ensure(jetStream(connection))
                let next = try first(start, subjects: subjects, state, connection)
                return NATSReader(connection, stream: stream, filters: subjects, next: next)
            } catch let error as NATSError where error.isWithoutJetStream {
                return try NATSLiveReader(connection, filters: subjects, server: stream.server)
            }
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
            return try NATSTimeIndex(stream: stream).firstSequence(since: time, state, connection) ?? state.last + 1
        }
    }

    /// The sequence of the `count`th last event that matches.
    private func startOfLast(
        _ count: Int, subjects: [SubjectFilter], _ state: NATSStream.State, _ connection: NATSConnection
    ) throws -> Int64 {
        // The greatest sequence from which on there are still as many: each try halves what is left.
        var (low, high) = (state.first, state.last + 1)
        while low + 1 < high {
            let middle = (low + high) / 2
            if try stream.count(subjects, from: middle, jetStream(connection)) >= count { low = middle } else { high = middle }
        }
        return low
    }

    package func consumer(_ configuration: ConsumerConfiguration) async throws -> any EventConsumer {
        let connection = try await run("cannot take events for \(configuration.name)") { $0 }
        let consumer = NATSConsumer(connection, stream: stream, configuration: configuration) { [self] in _ = try await publish($0) }
        do {
            try await consumer.join()
        } catch {
            await consumer.close()
            throw error
        }
        return consumer
    }

    package func status() async throws -> BusStatus {
        try await run("cannot ask for the state of the bus") { [self] connection in
            let jetStream = try jetStream(connection)
            let state = try stream.ensure(jetStream)
            var list: UnsafeMutablePointer<jsConsumerInfoList>?
            var code = jsErrCode(rawValue: 0)
            let status = js_Consumers(&list, jetStream, stream.options.stream, nil, &code)
            defer { jsConsumerInfoList_Destroy(list) }
            if status != NATS_NOT_FOUND { try NATSError.check(status, code) }
            let consumers = (0..<Int(list?.pointee.Count ?? 0)).compactMap { list?.pointee.List[$0]?.pointee }
            return BusStatus(
                firstSequence: state.first, lastSequence: state.last, bytes: state.bytes,
                consumers: consumers.filter { $0.Config.pointee.Durable != nil }.map { info in
                    BusStatus.Consumer(
                        name: String(cString: info.Name), lag: Int(info.NumPending) + Int(info.NumAckPending), inWork: Int(info.NumAckPending))
                }.sorted { $0.name < $1.name })
        }
    }

    package func probe() async throws -> String {
        try await run("cannot reach the bus") { [self] connection in
            _ = try stream.ensure(jetStream(connection))
            return "NATS JetStream, stream \(stream.options.stream)"
        }
    }

    /// The server does it by itself.
    package func maintain() async throws {}

    package func close() async {
        // Fails only where it was never used.
        try? await thread.run { [self] in
            let (connection, publisher) = state.withLock { ($0.connection, $0.publisher) }
            publisher?.close()
            connection?.close()
        }
        await thread.stop()
    }
}
