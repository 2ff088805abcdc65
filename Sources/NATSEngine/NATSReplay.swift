import CNats
import ShippyCore

/// Subscriptions to a stream from a given place on, each with its own consumer without acknowledgements.
///
/// ``NATSConnection/end(_:)`` ends both. libnats has such consumers, too, called ordered, and creates them again when messages
/// are lost. But it does so on a thread that nobody can wait for, and a subscription that is freed meanwhile crashes the process
/// (seen with libnats 3.4.1). So readers check ``NATSDelivery/consumerSequence`` themselves.
enum NATSReplay {
    private static let heartbeat = Duration.seconds(5)

    /// - Parameters:
    ///   - filter: the subjects to get.
    ///   - configure: sets where to begin.
    /// - Returns: a subscription. End it with ``NATSConnection/end(_:)``.
    /// - Throws: ``NATSError``.
    static func subscribe(
        _ connection: NATSConnection, stream: String, filter: String = ">", _ configure: (inout jsConsumerConfig) -> Void
    ) throws -> OpaquePointer {
        let strings = CStrings()
        var options = jsSubOptions()
        try NATSError.check(jsSubOptions_Init(&options))
        options.Stream = strings(stream)
        options.Config.AckPolicy = js_AckNone
        options.Config.MaxDeliver = 1
        options.Config.MemoryStorage = true
        options.Config.Replicas = 1
        // The server sends at most 32 MiB before it hears that they were received.
        options.Config.FlowControl = true
        options.Config.Heartbeat = heartbeat.milliseconds * 1_000_000
        configure(&options.Config)
        var handle: OpaquePointer?
        var code = jsErrCode.none
        try NATSError.check(js_SubscribeSync(&handle, connection.jetStream, filter, nil, &options, &code), code)
        // libnats's own limit of 65,536 messages would drop some of them. There must be a limit, because the server sends more
        // with each heartbeat to a reader that takes nothing for long. Messages dropped then are requested again.
        try NATSError.check(natsSubscription_SetPendingLimits(handle, 300_000, 64 << 20))
        return handle!
    }
}
