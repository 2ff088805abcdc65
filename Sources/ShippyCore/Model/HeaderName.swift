/// The headers of events. The request ID has the same name in HTTP, gRPC and mails. The `ce-` headers are CloudEvents 1.0 in
/// binary mode.
package enum HeaderName {
    /// The user's ID, named as by the go-micro tutorial's publisher.
    package static let id = "id"
    /// The event ID. NATS JetStream deduplicates by this header.
    package static let natsMessageID = "Nats-Msg-Id"
    package static let contentType = "Content-Type"
    package static let requestID = "X-Request-Id"
    /// The request ID's header as gRPC metadata, whose keys are lower case.
    package static let requestIDMetadata = requestID.lowercased()
    /// See ``Trace``. In lower case everywhere: OpenTelemetry looks for it like that among the headers of NATS.
    package static let trace = "traceparent"
    package static let specVersion = "ce-specversion"
    package static let eventID = "ce-id"
    package static let eventType = "ce-type"
    package static let source = "ce-source"
    package static let time = "ce-time"
    /// `no` in events of an import that must not mail anyone.
    package static let welcome = "Shippy-Welcome"
    /// In `user.notice`: the template of the mail that the user is to get, and its link without what makes it valid.
    package static let notice = "Shippy-Notice"
    package static let link = "Shippy-Link"
    /// On a dead letter: the event's original subject and sequence, and the reason.
    package static let deadSubject = "Shippy-Dead-Subject"
    package static let deadSequence = "Shippy-Dead-Sequence"
    package static let deadReason = "Shippy-Dead-Reason"
    /// On a dead letter and its replay: the event's original ID.
    package static let deadID = "Shippy-Dead-Id"
    /// On the replay or the drop of a dead letter: the dead letter's sequence.
    package static let deadLetter = "Shippy-Dead-Letter"
    /// On an imported event: when the bus that it was exported from stored it.
    package static let originalTime = "Shippy-Time"

    /// What a dead letter has besides its event's own headers.
    package static let ofDeadLetters = [deadSubject, deadSequence, deadReason, deadID, deadLetter]

    /// The order of these headers in a block, for engines that do not keep the order of headers.
    package static let order: [String: Int] = Dictionary(
        uniqueKeysWithValues: [
            id, natsMessageID, specVersion, eventID, eventType, source, time, contentType, requestID, trace, welcome, notice, link,
            deadSubject, deadSequence, deadReason,
            deadID, deadLetter, originalTime,
        ].enumerated().map { ($1, $0) })

    private static let own = order.keys.map { Array($0.utf8) }

    /// Whether it is one of these names. Their values are never secrets.
    package static func isOwn(utf8 name: UnsafeBufferPointer<UInt8>) -> Bool {
        own.contains { $0.count == name.count && name.elementsEqual($0) }
    }
}
