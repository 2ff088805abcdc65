import CNats
import ShippyCore

/// Finds events by their time.
struct NATSTimeIndex {
    let stream: NATSStream

    /// The sequence of the first event at or after `time`; nil when there is none yet.
    ///
    /// The server finds it: a consumer that begins at a time is delivered that event first.
    func firstSequence(since time: Timestamp, _ state: NATSStream.State, _ jetStream: OpaquePointer) throws -> Int64? {
        guard state.last >= state.first else { return nil }
        let strings = CStrings()
        var options = jsSubOptions()
        try NATSError.check(jsSubOptions_Init(&options))
        options.Stream = strings(stream.options.stream)
        options.Ordered = true
        options.Config.DeliverPolicy = js_DeliverByStartTime
        options.Config.OptStartTime = time.milliseconds * 1_000_000
        options.Config.HeadersOnly = true
        var subscription: OpaquePointer?
        var code = jsErrCode(rawValue: 0)
        try NATSError.check(js_SubscribeSync(&subscription, jetStream, ">", nil, &options, &code), code)
        defer { natsSubscription_Destroy(subscription) }
        // One that has nothing to deliver says so in its description.
        var info: UnsafeMutablePointer<jsConsumerInfo>?
        try NATSError.check(natsSubscription_GetConsumerInfo(&info, subscription, nil, &code), code)
        let count = info!.pointee.NumPending + info!.pointee.Delivered.Consumer
        jsConsumerInfo_Destroy(info)
        guard count > 0 else { return nil }
        var message: OpaquePointer?
        try NATSError.check(natsSubscription_NextMsg(&message, subscription, 3000))
        return NATSMessage(message!).delivery?.sequence
    }
}
