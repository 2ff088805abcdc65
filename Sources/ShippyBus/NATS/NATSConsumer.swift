import CNats
import ShippyCore
import Synchronization

/// A member of a durable pull consumer.
///
/// The first event of a batch is asked for alone. If it was delivered before, it stays alone: what killed its holder takes
/// nobody with it, and only its own deliveries are counted.
///
/// `@unchecked Sendable`: everything that changes is used on one thread only, ``thread``.
final class NATSConsumer: EventConsumer, @unchecked Sendable {
    /// The longest wait of one request, so that a member that is to end does so soon.
    private static let requestLimit = Duration.seconds(1)
    /// For what is there already: no longer than the network takes.
    private static let shortWait = Duration.milliseconds(50)

    private struct Held {
        var messages: [Int64: NATSMessage]
        var until: ContinuousClock.Instant
    }

    private let connection: NATSConnection
    private let publisher: @Sendable ([OutgoingEvent]) async throws -> Void
    private let stream: NATSStream
    private let configuration: ConsumerConfiguration
    private let thread = NATSThread()

    private var subscription: OpaquePointer?
    private var reconnects: Int
    private var held: [Int64: Held] = [:]
    private var lastToken: Int64 = 0

    /// - Parameter publisher: puts dead letters on the bus.
    init(
        _ connection: NATSConnection, stream: NATSStream, configuration: ConsumerConfiguration,
        publisher: @escaping @Sendable ([OutgoingEvent]) async throws -> Void
    ) {
        self.connection = connection
        self.stream = stream
        self.configuration = configuration
        self.publisher = publisher
        reconnects = connection.events.state.withLock { $0.reconnects }
    }

    /// Makes the durable consumer when it is missing, and binds to it.
    func join() async throws {
        try await onThread { [self] in try subscribeIfNeeded() }
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

    func fetch(limit: Int, wait: Duration) async throws -> DeliveryBatch {
        let deadline = ContinuousClock.now + wait
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            let (batch, worn) = try await onThread { [self] in try fetchOnce(limit: limit, wait: min(max(left, .zero), Self.requestLimit)) }
            if let worn {
                try await bury(worn.events[0], in: worn, reason: "no acknowledgement of \(worn.attempt - 1) deliveries")
            } else if !batch.events.isEmpty || left <= .zero || Task.isCancelled {
                return batch
            }
        }
    }

    /// - Returns: a batch to be handed out, or one whose only event was delivered too often.
    private func fetchOnce(limit: Int, wait: Duration) throws -> (batch: DeliveryBatch, worn: DeliveryBatch?) {
        try subscribeIfNeeded()
        guard let first = try request(1, wait: max(wait, Self.shortWait)).first, let delivery = first.delivery else {
            try checkConsumer()
            return (.empty, nil)
        }
        if delivery.count > configuration.maxDeliver { return (.empty, hold([first], attempt: delivery.count)) }
        // No more than there are: a request for more would wait for those.
        let more = min(limit - 1, delivery.pending)
        if delivery.count > 1 || more == 0 { return (hold([first], attempt: delivery.count), nil) }
        return (hold([first] + (try request(more, wait: Self.shortWait)), attempt: 1), nil)
    }

    /// Asks for messages, and waits until all of them are there or the time is over.
    private func request(_ count: Int, wait: Duration) throws -> [NATSMessage] {
        var request = jsFetchRequest()
        try NATSError.check(jsFetchRequest_Init(&request))
        request.Batch = Int32(count)
        request.Expires = wait.milliseconds * 1_000_000
        var list = natsMsgList()
        let status = natsSubscription_FetchRequest(&list, subscription, &request)
        guard status == NATS_OK else {
            switch status {
            // Nothing is there.
            case NATS_TIMEOUT, NATS_NOT_FOUND: return []
            default:
                unsubscribe()
                throw NATSError(status: status, code: 0)
            }
        }
        var messages: [NATSMessage] = []
        for index in 0..<Int(list.Count) {
            guard let handle = list.Msgs[index] else { continue }
            messages.append(NATSMessage(handle))
            // It is ours now, and not destroyed with the list.
            list.Msgs[index] = nil
        }
        natsMsgList_Destroy(&list)
        return messages
    }

    private func hold(_ messages: [NATSMessage], attempt: Int) -> DeliveryBatch {
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
        // The server's lease began before the messages were here. Ours ends first, or both would hold them for a moment.
        held[lastToken] = Held(messages: bySequence, until: now + configuration.lease * 0.9)
        return DeliveryBatch(token: lastToken, events: events, attempt: attempt)
    }

    func settle(_ batch: DeliveryBatch, failures: [Int64: String]) async throws {
        for event in batch.events where batch.attempt >= configuration.maxDeliver {
            if let reason = failures[event.sequence] { try await bury(event, in: batch, reason: reason) }
        }
        try await onThread { [self] in
            // After its lease another member has it.
            guard let held = held.removeValue(forKey: batch.token), held.until > .now else { return }
            let (backoff, attempt) = (configuration.backoff, batch.attempt)
            var last: NATSMessage?
            for (sequence, message) in held.messages {
                if failures[sequence] != nil {
                    try NATSError.check(natsMsg_NakWithDelay(message.handle, backoff.delay(attempt: attempt).milliseconds, nil))
                } else {
                    if let last { try NATSError.check(natsMsg_Ack(last.handle, nil)) }
                    last = message
                }
            }
            // Acknowledgements keep their order, so the answer to the last one stands for all.
            var code = jsErrCode(rawValue: 0)
            if let last { try NATSError.check(natsMsg_AckSync(last.handle, nil, &code), code) }
        }
    }

    /// Publishes the event once more, as it is, under the group's dead letter subject, and acknowledges it.
    private func bury(_ event: Event, in batch: DeliveryBatch, reason: String) async throws {
        try await publisher([event.deadLetter(of: configuration.name, reason: reason)])
        try await onThread { [self] in
            guard let message = held[batch.token]?.messages.removeValue(forKey: event.sequence) else { return }
            var code = jsErrCode(rawValue: 0)
            try NATSError.check(natsMsg_AckSync(message.handle, nil, &code), code)
        }
    }

    private func subscribeIfNeeded() throws {
        let count = connection.events.state.withLock { $0.reconnects }
        if count != reconnects {
            reconnects = count
            unsubscribe()
        }
        guard subscription == nil else { return }
        guard connection.isConnected else {
            throw ShippyError(.unavailable, "cannot take events for \(configuration.name): the connection to NATS is being made again")
        }
        let state = try stream.ensure(connection.jetStream)
        try ensureConsumer(streamEnd: state.last)
        let strings = CStrings()
        var options = jsSubOptions()
        try NATSError.check(jsSubOptions_Init(&options))
        options.Stream = strings(stream.options.stream)
        options.Consumer = strings(configuration.name)
        var handle: OpaquePointer?
        var code = jsErrCode(rawValue: 0)
        try NATSError.check(
            js_PullSubscribe(&handle, connection.jetStream, configuration.filter.description, configuration.name, nil, &options, &code), code)
        subscription = handle
    }

    /// One that is ahead of its stream belongs to a stream of before, and would wait for its end to come again.
    private func ensureConsumer(streamEnd: Int64) throws {
        var info: UnsafeMutablePointer<jsConsumerInfo>?
        var code = jsErrCode(rawValue: 0)
        if js_GetConsumerInfo(&info, connection.jetStream, stream.options.stream, configuration.name, nil, &code) == NATS_OK {
            let floor = Int64(info!.pointee.AckFloor.Stream)
            jsConsumerInfo_Destroy(info)
            if floor <= streamEnd { return }
            try NATSError.check(js_DeleteConsumer(connection.jetStream, stream.options.stream, configuration.name, nil, &code), code)
        }
        let strings = CStrings()
        var config = jsConsumerConfig()
        try NATSError.check(jsConsumerConfig_Init(&config))
        config.Durable = strings(configuration.name)
        config.DeliverPolicy = js_DeliverAll
        config.AckPolicy = js_AckExplicit
        config.AckWait = configuration.lease.milliseconds * 1_000_000
        // The cap is ours: what is delivered too often goes to the dead letters, and JetStream would only forget it.
        config.MaxDeliver = -1
        config.MaxAckPending = 20_000
        config.FilterSubject = strings(configuration.filter.description)
        var made: UnsafeMutablePointer<jsConsumerInfo>?
        let status = js_AddConsumer(&made, connection.jetStream, stream.options.stream, &config, nil, &code)
        jsConsumerInfo_Destroy(made)
        try NATSError.check(status, code)
    }

    /// After a silence: a consumer that was deleted with its stream sends nothing about it.
    private func checkConsumer() throws {
        guard connection.isConnected else { return }
        var info: UnsafeMutablePointer<jsConsumerInfo>?
        var code = jsErrCode(rawValue: 0)
        let status = js_GetConsumerInfo(&info, connection.jetStream, stream.options.stream, configuration.name, nil, &code)
        jsConsumerInfo_Destroy(info)
        if NATSError(status: status, code: code.rawValue).isNotFound { unsubscribe() }
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
