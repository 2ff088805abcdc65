import CNats
import ShippyCore
import Synchronization

/// A member of a durable pull consumer.
///
/// The first event of a batch is requested alone. If it has been delivered before, it stays alone, so that an event that kills
/// its holder takes no other event with it. After ``ConsumerConfiguration/maxDeliver`` deliveries the event is suspect: each
/// further delivery is counted beforehand, and taken off the count when its holder comes back: see ``NATSGroup``.
///
/// `@unchecked Sendable`: all mutable state is used on one thread only, ``thread``.
final class NATSConsumer: EventConsumer, @unchecked Sendable {
    /// The longest wait of one request. It is short, so that a member can end soon.
    private static let requestLimit = Duration.seconds(1)
    private static let pingLimit: Int64 = 2000
    /// The wait for messages that the server already has: only the time that the network takes.
    private static let shortWait = Duration.milliseconds(50)
    /// The most failed events that a member remembers itself, in case the group has no room for all of them.
    private static let memoryLimit = 10_000

    typealias Publisher = @Sendable ([OutgoingEvent]) async throws -> [Result<PublishReceipt, ShippyError>]

    private struct Held {
        var messages: [Int64: NATSMessage]
        var until: ContinuousClock.Instant
    }

    private enum Taken: Sendable {
        case batch(DeliveryBatch)
        /// A batch whose only event is to be given up.
        case worn(DeliveryBatch, count: Int)
    }

    private let connection: NATSConnection
    private let publisher: Publisher
    private let stream: NATSStream
    private let group: NATSGroup
    private let configuration: ConsumerConfiguration
    /// The group that the dead letters name.
    private let groupName: String
    private let thread = NATSThread()

    private var subscription: OpaquePointer?
    private var reconnects: Int
    private var held: [Int64: Held] = [:]
    private var lastToken: Int64 = 0
    /// The stream and the group as this member knows them.
    private var witness: (stream: NATSWitness, group: Int64)?
    /// The number of failures of each event, as far as this member knows.
    private var failures: [Int64: Int] = [:]
    /// Events that were counted when they were handed out to this member, by the tokens of their batches.
    private var suspected: [Int64: Int64] = [:]

    /// - Parameter publisher: publishes dead letters.
    init(
        _ connection: NATSConnection, stream: NATSStream, configuration: ConsumerConfiguration, publisher: @escaping Publisher
    ) {
        groupName = ConsumerConfiguration.group(ofReplays: configuration.name) ?? configuration.name
        self.connection = connection
        self.stream = stream
        self.configuration = configuration
        self.publisher = publisher
        group = NATSGroup(stream: stream, configuration: configuration)
        reconnects = connection.events.state.withLock { $0.reconnects }
    }

    /// Creates the durable consumer if it is missing, and binds to it.
    func join() async throws {
        try await onThread { [self] in try subscribeIfNeeded() }
    }

    /// Whether the group has events that are not acknowledged, here or with another member.
    func hasWork() async throws -> Bool {
        try await onThread { [self] in
            try subscribeIfNeeded()
            let info = try group.info(connection.jetStream)
            if info == nil { unsubscribe() }
            return info.map { $0.lag > 0 } ?? false
        }
    }

    private func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await thread.run { [stream, configuration] in
            do {
                return try body()
            } catch let error as NATSError {
                throw error.shippyError("cannot take events for \(configuration.name)", server: stream.server)
            }
        }
    }

    // MARK: Fetching

    func fetch(limit: Int, wait: Duration) async throws -> DeliveryBatch {
        let deadline = ContinuousClock.now + wait
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            switch try await onThread({ [self] in try fetchOnce(limit: limit, wait: min(max(left, .zero), Self.requestLimit)) }) {
            case .worn(let batch, let count):
                let event = batch.events[0]
                return try await onlyBuried(bury([event.sequence: "not acknowledged after \(count) deliveries"], of: batch))
            case .batch(let batch):
                if !batch.events.isEmpty || left <= .zero || Task.isCancelled { return batch }
            }
        }
    }

    private func onlyBuried(_ buried: [BuriedEvent]) -> DeliveryBatch {
        var batch = DeliveryBatch.empty
        batch.buried = buried
        return batch
    }

    private func fetchOnce(limit: Int, wait: Duration) throws -> Taken {
        try subscribeIfNeeded()
        guard let first = try request(1, wait: max(wait, Self.shortWait)).first, let delivery = first.delivery else {
            try checkConsumer()
            return .batch(.empty)
        }
        if delivery.count > configuration.maxDeliver { return try suspect(first, delivery) }
        // Not more than are pending: a request for more would wait for them.
        let more = min(limit - 1, delivery.pending)
        if delivery.count > 1 || more == 0 { return .batch(hold([first])) }
        return .batch(hold([first] + (try requestSeveral(more))))
    }

    /// Counts a delivery of an event that has been delivered very often: because members were away, or because it kills its
    /// holder.
    private func suspect(_ message: NATSMessage, _ delivery: NATSDelivery) throws -> Taken {
        let sequence = delivery.sequence
        let counts = try group.count([sequence: 1], connection.jetStream)
        let before = max(counts[sequence] - 1, failures[sequence] ?? 0)
        failures[sequence] = before
        let batch = hold([message])
        if before >= configuration.maxDeliver { return .worn(batch, count: before) }
        suspected[batch.token] = sequence
        return .batch(batch)
    }

    /// Requests messages that the server already has.
    ///
    /// libnats up to 3.8.2 writes past the end of its list when a fetch begins with messages that came too late for the one
    /// before (its issue 749). So none is left over: late messages are waited for and taken one by one, which is safe.
    private func requestSeveral(_ count: Int) throws -> [NATSMessage] {
        let late = try takePending()
        guard late.count < count else { return late }
        let messages = try request(count - late.count, wait: Self.shortWait)
        guard late.count + messages.count < count else { return late + messages }
        // By now the server has given up the request, and everything that it sent for it comes before the answer to a ping.
        nats_Sleep(Self.shortWait.milliseconds)
        let status = natsConnection_FlushTimeout(connection.handle, Self.pingLimit)
        guard status == NATS_OK else {
            unsubscribe()
            throw NATSError(status: status, code: .none)
        }
        return try late + messages + takePending()
    }

    /// Takes the messages that have already come.
    private func takePending() throws -> [NATSMessage] {
        var messages: [NATSMessage] = []
        while true {
            var (count, bytes): (Int32, Int32) = (0, 0)
            try NATSError.check(natsSubscription_GetPending(subscription, &count, &bytes))
            guard count > 0, let message = try request(1, wait: .milliseconds(1)).first else { return messages }
            messages.append(message)
        }
    }

    /// Requests messages, and waits until all of them have come or the time is up. Request more than one only if none is waiting.
    private func request(_ count: Int, wait: Duration) throws -> [NATSMessage] {
        var request = jsFetchRequest()
        try NATSError.check(jsFetchRequest_Init(&request))
        request.Batch = Int32(count)
        request.Expires = wait.milliseconds * 1_000_000
        var list = natsMsgList()
        let status = natsSubscription_FetchRequest(&list, subscription, &request)
        guard status == NATS_OK else {
            switch status {
            // No message came.
            case NATS_TIMEOUT, NATS_NOT_FOUND: return []
            default:
                unsubscribe()
                throw NATSError(status: status, code: .none)
            }
        }
        var messages: [NATSMessage] = []
        for index in 0..<Int(list.Count) {
            guard let handle = list.Msgs[index] else { continue }
            messages.append(NATSMessage(handle))
            // The message is ours now: the list must not destroy it.
            list.Msgs[index] = nil
        }
        natsMsgList_Destroy(&list)
        return messages
    }

    private func hold(_ messages: [NATSMessage]) -> DeliveryBatch {
        lastToken += 1
        let now = ContinuousClock.now
        held = held.filter { $0.value.until > now }
        var events: [Event] = []
        var bySequence: [Int64: NATSMessage] = [:]
        for message in messages {
            guard let delivery = message.delivery else { continue }
            events.append(message.event(delivery, stream: stream.options.stream))
            bySequence[delivery.sequence] = message
        }
        if let last = events.max(by: { $0.sequence < $1.sequence }), last.sequence >= witness?.stream.known ?? .max {
            witness?.stream.saw(NATSStream.StoredEvent(id: last.id, time: last.time), at: last.sequence)
        }
        // The server's lease began before the messages arrived. Ours must end first, or both members would hold them for a
        // moment.
        held[lastToken] = Held(messages: bySequence, until: now + configuration.lease * 0.9)
        let attempt = events.count == 1 ? 1 + (failures[events[0].sequence] ?? 0) : 1
        return DeliveryBatch(token: lastToken, events: events.map(\.restored), attempt: attempt)
    }

    // MARK: Settling and releasing

    func settle(_ batch: DeliveryBatch, failures: [Int64: String]) async throws -> [BuriedEvent] {
        let worn = try await onThread { [self] in try count(failures, in: batch) }
        guard let worn else { return [] }
        let buried = worn.isEmpty ? [] : try await bury(worn, of: batch)
        try await onThread { [self] in
            guard let held = held.removeValue(forKey: batch.token), held.until > .now else { return }
            var settled: [NATSMessage] = []
            for (sequence, message) in held.messages {
                if failures[sequence] != nil {
                    let delay = configuration.backoff.delay(attempt: self.failures[sequence] ?? 1)
                    try NATSError.check(natsMsg_NakWithDelay(message.handle, delay.milliseconds, nil))
                } else {
                    settled.append(message)
                    self.failures[sequence] = nil
                }
            }
            try acknowledge(settled)
        }
        return buried
    }

    /// Counts the failures of a batch that is still held.
    ///
    /// - Returns: the events to be given up; nil if the batch is no longer held.
    private func count(_ named: [Int64: String], in batch: DeliveryBatch) throws -> [Int64: String]? {
        let isSuspected = suspected.removeValue(forKey: batch.token)
        guard let held = held[batch.token], held.until > .now else {
            // The holder was late, not killed by its event.
            if let isSuspected { _ = try group.count([isSuspected: -1], connection.jetStream) }
            return nil
        }
        let named = named.filter { held.messages[$0.key] != nil }
        if named.isEmpty {
            // The event is acknowledged now, which also ends its count.
            return [:]
        }
        var changes = named.mapValues { _ in 1 }
        // This event was counted when it was handed out.
        if let isSuspected, changes[isSuspected] != nil { changes[isSuspected] = 0 }
        let counts = try group.count(changes, connection.jetStream)
        for sequence in named.keys { failures[sequence] = max((failures[sequence] ?? 0) + 1, counts[sequence]) }
        while failures.count > Self.memoryLimit, let oldest = failures.keys.min() { failures[oldest] = nil }
        return named.filter { failures[$0.key] ?? 0 >= configuration.maxDeliver }
    }

    func release(_ batch: DeliveryBatch) async throws {
        try await onThread { [self] in
            if let sequence = suspected.removeValue(forKey: batch.token) { _ = try group.count([sequence: -1], connection.jetStream) }
            guard let held = held.removeValue(forKey: batch.token), held.until > .now else { return }
            for message in held.messages.values { try NATSError.check(natsMsg_Nak(message.handle, nil)) }
        }
    }

    /// Publishes copies of the events under the group's dead letter subject, and acknowledges the events.
    private func bury(_ reasons: [Int64: String], of batch: DeliveryBatch) async throws -> [BuriedEvent] {
        let dead = batch.events.compactMap { event in reasons[event.sequence].map { (event: event, reason: $0) } }
        let letters = dead.map { $0.event.deadLetter(of: groupName, reason: $0.reason) }
        for (dead, result) in zip(dead, try await publisher(letters)) {
            guard case .failure(let error) = result else { continue }
            guard error.code == .tooLarge else { throw error }
            _ = try await publisher([dead.event.shortDeadLetter(of: groupName, reason: dead.reason)])[0].get()
        }
        try await onThread { [self] in
            try acknowledge(reasons.keys.compactMap { held[batch.token]?.messages.removeValue(forKey: $0) })
            for sequence in reasons.keys { failures[sequence] = nil }
        }
        return dead.map { BuriedEvent(sequence: $0.event.sequence, id: $0.event.id, reason: $0.reason) }
    }

    /// The server handles acknowledgements in order, so its answer to the last one covers all.
    private func acknowledge(_ messages: [NATSMessage]) throws {
        guard let last = messages.last else { return }
        for message in messages.dropLast() { try NATSError.check(natsMsg_Ack(message.handle, nil)) }
        var code = jsErrCode.none
        try NATSError.check(natsMsg_AckSync(last.handle, nil, &code), code)
    }

    // MARK: The subscription

    private func subscribeIfNeeded() throws {
        let count = connection.events.state.withLock { $0.reconnects }
        if count != reconnects {
            reconnects = count
            unsubscribe()
        }
        guard subscription == nil else { return }
        guard connection.isConnected else {
            throw ShippyError(.unavailable, "cannot take events for \(configuration.name): reconnecting to NATS")
        }
        try ensureGroup()
        let strings = CStrings()
        var options = jsSubOptions()
        try NATSError.check(jsSubOptions_Init(&options))
        options.Stream = strings(stream.options.stream)
        options.Consumer = strings(configuration.name)
        var handle: OpaquePointer?
        var code = jsErrCode.none
        try NATSError.check(
            js_PullSubscribe(&handle, connection.jetStream, configuration.filter.description, configuration.name, nil, &options, &code), code)
        subscription = handle
    }

    /// Creates the group if it is missing. If the stream has lost events that the group had passed, creates the group again: it
    /// would never deliver the events that take their place. Then it also delivers earlier events again.
    private func ensureGroup() throws {
        let jetStream = connection.jetStream
        let begin = try stream.ensureKeeping(jetStream)
        var info = try group.ensure(jetStream)
        // If someone has created the group again, what was seen under the old one does not apply.
        var known = witness?.group == info.created ? witness!.stream : NATSWitness(identity: begin.identity, known: 0)
        known.saw(info.floor)
        let (state, isLost) = try known.verify(stream, jetStream)
        if isLost {
            info = try group.begin(jetStream)
            failures = [:]
            known = NATSWitness(identity: state.identity, known: state.last)
        }
        witness = (known, info.created)
    }

    /// Called after a silence: a consumer that was deleted with its stream sends no message about it.
    private func checkConsumer() throws {
        guard connection.isConnected else { return }
        if try group.info(connection.jetStream)?.created != witness?.group { unsubscribe() }
    }

    private func unsubscribe() {
        guard let subscription else { return }
        connection.end(subscription)
        self.subscription = nil
        held = [:]
    }

    func close() async {
        try? await thread.run { [self] in
            unsubscribe()
        }
        await thread.stop()
    }
}
