import CNats
import ShippyCore

/// A durable pull consumer of the stream, which the members of a group share.
///
/// JetStream counts every delivery, whatever the reason that it failed. So the group keeps its own count in the consumer's
/// description: failures that members reported, and events that were handed out alone and never settled. Both are rare.
struct NATSGroup: Sendable {
    let stream: NATSStream
    let configuration: ConsumerConfiguration

    struct Info: Sendable {
        /// Distinguishes it from a later consumer with the same name.
        var created: Int64
        /// Everything up to this sequence is acknowledged.
        var floor: Int64
        /// Events not yet acknowledged, including those in progress.
        var lag: Int
        var counts: NATSDeliveryCounts
    }

    /// - Returns: nil when there is none.
    /// - Throws: ``NATSError``.
    func info(_ jetStream: OpaquePointer) throws -> Info? {
        try withInfo(jetStream) { info in
            try checkFit(info.Config.pointee)
            let description = info.Config.pointee.Description.map { String(cString: $0) } ?? ""
            return Info(
                created: info.Created, floor: Int64(info.AckFloor.Stream), lag: Int(info.NumPending) + Int(info.NumAckPending),
                counts: NATSDeliveryCounts(description))
        }
    }

    /// Checks the settings: a consumer created by someone else may lose failed events, or filter out events that the group needs.
    private func checkFit(_ config: jsConsumerConfig) throws {
        var faults: [String] = []
        if config.AckPolicy != js_AckExplicit { faults.append("it does not wait for an acknowledgement of each event") }
        if config.MaxDeliver > 0 { faults.append("it forgets an event after \(config.MaxDeliver) deliveries (max_deliver)") }
        let filter = config.FilterSubject.map { String(cString: $0) } ?? ""
        if filter != configuration.filter.description { faults.append("its filter is \(filter.quoted(limit: 80))") }
        guard faults.isEmpty else {
            throw ShippyError(
                .failed,
                "consumer \(configuration.name) of stream \(stream.options.stream) has unsuitable settings: \(faults.joined(separator: "; ")). Delete it; shippy creates it again, starting with the first event in the stream"
            )
        }
    }

    private func withInfo<Value>(_ jetStream: OpaquePointer, _ body: (jsConsumerInfo) throws -> Value) throws -> Value? {
        var info: UnsafeMutablePointer<jsConsumerInfo>?
        var code = jsErrCode.none
        let status = js_GetConsumerInfo(&info, jetStream, stream.options.stream, configuration.name, nil, &code)
        if NATSError(status: status, code: code).isNotFound { return nil }
        try NATSError.check(status, code)
        defer { jsConsumerInfo_Destroy(info) }
        return try body(info!.pointee)
    }

    /// Creates the consumer if it is missing.
    ///
    /// - Parameter first: where a new one begins; nil for the first event in the stream.
    func ensure(_ jetStream: OpaquePointer, from first: Int64? = nil) throws -> Info {
        if let info = try info(jetStream) { return info }
        let strings = CStrings()
        var config = jsConsumerConfig()
        try NATSError.check(jsConsumerConfig_Init(&config))
        config.Durable = strings(configuration.name)
        config.DeliverPolicy = first == nil ? js_DeliverAll : js_DeliverByStartSequence
        if let first { config.OptStartSeq = UInt64(first) }
        config.AckPolicy = js_AckExplicit
        config.AckWait = configuration.lease.milliseconds * 1_000_000
        // The limit is ours: events that fail too often go to the dead letters, while JetStream would only forget them.
        config.MaxDeliver = -1
        config.MaxAckPending = 20_000
        config.FilterSubject = strings(configuration.filter.description)
        var made: UnsafeMutablePointer<jsConsumerInfo>?
        var code = jsErrCode.none
        let status = js_AddConsumer(&made, jetStream, stream.options.stream, &config, nil, &code)
        jsConsumerInfo_Destroy(made)
        try NATSError.check(status, code)
        guard let info = try info(jetStream) else { throw NATSError(status: NATS_NOT_FOUND, code: JSConsumerNotFoundErr) }
        return info
    }

    /// Creates the consumer again: it delivers all events in the stream from the start.
    func begin(_ jetStream: OpaquePointer) throws -> Info {
        try delete(jetStream)
        return try ensure(jetStream)
    }

    /// Creates the consumer again: it delivers the events after `sequence`.
    func place(after sequence: Int64, _ jetStream: OpaquePointer) throws {
        try delete(jetStream)
        _ = try ensure(jetStream, from: sequence + 1)
    }

    private func delete(_ jetStream: OpaquePointer) throws {
        var code = jsErrCode.none
        let status = js_DeleteConsumer(jetStream, stream.options.stream, configuration.name, nil, &code)
        if !NATSError(status: status, code: code).isNotFound { try NATSError.check(status, code) }
    }

    /// Changes the counts of events, for all members.
    /// - Returns: the new counts.
    func count(_ changes: [Int64: Int], _ jetStream: OpaquePointer) throws -> NATSDeliveryCounts {
        let counts = try withInfo(jetStream) { info in
            var config = info.Config.pointee
            var counts = NATSDeliveryCounts(config.Description.map { String(cString: $0) } ?? "")
            counts.apply(changes, floor: Int64(info.AckFloor.Stream))
            let strings = CStrings()
            config.Name = nil
            config.Description = strings(counts.description)
            var updated: UnsafeMutablePointer<jsConsumerInfo>?
            var code = jsErrCode.none
            let status = js_UpdateConsumer(&updated, jetStream, stream.options.stream, &config, nil, &code)
            jsConsumerInfo_Destroy(updated)
            try NATSError.check(status, code)
            return counts
        }
        guard let counts else { throw NATSError(status: NATS_NOT_FOUND, code: JSConsumerNotFoundErr) }
        return counts
    }
}
