import CNats
import ShippyCore

/// Finds events by their time.
struct NATSTimeSearch {
    let stream: NATSStream

    /// The sequence of the first event at or after `time`; nil if there is none yet.
    ///
    /// The server searches: it delivers that event first to a consumer that starts at the time.
    func firstSequence(since time: Timestamp, _ state: NATSStream.State, _ connection: NATSConnection) throws -> Int64? {
        guard state.last >= state.first else { return nil }
        let subscription = try NATSReplay.subscribe(connection, stream: stream.options.stream) { consumer in
            consumer.DeliverPolicy = js_DeliverByStartTime
            consumer.OptStartTime = Self.exact(time).milliseconds * 1_000_000
            consumer.HeadersOnly = true
        }
        defer { connection.end(subscription) }
        // The consumer's info shows whether there is anything to deliver.
        var info: UnsafeMutablePointer<jsConsumerInfo>?
        var code = jsErrCode.none
        try NATSError.check(natsSubscription_GetConsumerInfo(&info, subscription, nil, &code), code)
        let count = info!.pointee.NumPending + info!.pointee.Delivered.Consumer
        jsConsumerInfo_Destroy(info)
        for _ in 0..<count {
            var message: OpaquePointer?
            try NATSError.check(natsSubscription_NextMsg(&message, subscription, 3000))
            if let delivery = NATSMessage(message!).delivery, delivery.time >= time { return delivery.sequence }
        }
        return nil
    }

    /// The latest time up to `time` that libnats passes on correctly: version 3.4 omits leading zeros of the fraction, so that
    /// 0.023 s becomes 0.23 s. Events in between, at most 100 ms, are skipped here.
    private static func exact(_ time: Timestamp) -> Timestamp {
        let fraction = time.milliseconds % 1000
        return fraction < 100 ? Timestamp(milliseconds: time.milliseconds - fraction - 1) : time
    }
}
