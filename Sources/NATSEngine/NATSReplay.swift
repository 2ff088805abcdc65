import CNats
import ShippyCore

/// Subscriptions to a stream from some place on, each with a consumer of its own that asks for no acknowledgements.
///
/// ``NATSConnection/end(_:)`` ends both. libnats has such consumers, too, calls them ordered, and makes them anew by itself
/// when messages are lost; but on a thread that nobody can wait for, and a subscription that is freed meanwhile ends the
/// process (seen with libnats 3.4.1). So whoever reads looks at ``NATSDelivery/consumerSequence``.
enum NATSReplay {
    private static let heartbeat = Duration.seconds(5)

    /// - Parameter configure: says where to begin.
    /// - Returns: a subscription to be ended by ``NATSConnection/end(_:)``.
    /// - Throws: ``NATSError``.
    static func subscribe(
        _ connection: NATSConnection, stream: String, _ configure: (inout jsConsumerConfig) -> Void
    ) throws -> OpaquePointer {
        let strings = CStrings()
        var options = jsSubOptions()
        try NATSError.check(jsSubOptions_Init(&options))
        options.Stream = strings(stream)
        options.Config.AckPolicy = js_AckNone
        options.Config.MaxDeliver = 1
        options.Config.MemoryStorage = true
        options.Config.Replicas = 1
        // The server sends 32 MiB at most before it hears that they were taken.
        options.Config.FlowControl = true
        options.Config.Heartbeat = heartbeat.milliseconds * 1_000_000
        configure(&options.Config)
        var handle: OpaquePointer?
        var code = jsErrCode.none
        try NATSError.check(js_SubscribeSync(&handle, connection.jetStream, ">", nil, &options, &code), code)
        // libnats' own limit of 65,536 messages would drop some of them. One there must be: to a reader that takes nothing for
        // long, the server sends more with each heartbeat. What is dropped then is asked for again.
        try NATSError.check(natsSubscription_SetPendingLimits(handle, 300_000, 64 << 20))
        return handle!
    }
}
