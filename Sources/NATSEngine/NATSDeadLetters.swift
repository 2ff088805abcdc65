import CNats
import ShippyCore

/// Finds the open dead letters of a stream. The server sends only what is under dead letter subjects, and only its headers.
struct NATSDeadLetters {
    private static let arrivalLimit = Duration.seconds(3)

    let stream: NATSStream
    let connection: NATSConnection

    /// The sequences of the open dead letters, in order.
    ///
    /// - Throws: ``NATSError`` when the stream cannot be queried, or sends nothing for some seconds.
    func open() throws -> [Int64] {
        let subscription = try NATSReplay.subscribe(connection, stream: stream.options.stream, filter: Subject.allDeadLetters) { consumer in
            consumer.DeliverPolicy = js_DeliverAll
            consumer.HeadersOnly = true
        }
        defer { connection.end(subscription) }
        var info: UnsafeMutablePointer<jsConsumerInfo>?
        var code = jsErrCode.none
        try NATSError.check(natsSubscription_GetConsumerInfo(&info, subscription, nil, &code), code)
        let count = Int64(info!.pointee.NumPending + info!.pointee.Delivered.Consumer)
        jsConsumerInfo_Destroy(info)
        var letters: [(id: String, sequence: Int64)] = []
        var settled: Set<String> = []
        var number: Int64 = 0
        while number < count {
            var handle: OpaquePointer?
            try NATSError.check(natsSubscription_NextMsg(&handle, subscription, Self.arrivalLimit.milliseconds))
            let message = NATSMessage(handle!)
            guard let delivery = message.delivery else { continue }
            number += 1
            // A message was lost on the way.
            guard delivery.consumerSequence == number else { throw NATSError(status: NATS_TIMEOUT, code: .none) }
            let id = message.eventID(at: delivery.sequence, time: delivery.time, stream: stream.options.stream)
            if message.subject.deadLetterGroup != nil {
                letters.append((id, delivery.sequence))
            } else if let letter = DeadLetter.id(settledBy: message.subject, id) {
                settled.insert(letter)
            }
        }
        return letters.filter { !settled.contains($0.id) }.map(\.sequence)
    }
}
