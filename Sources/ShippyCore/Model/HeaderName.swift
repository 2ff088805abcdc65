/// The headers that events carry; that of the request id is the same on HTTP, gRPC and in mails. The `ce-` names are CloudEvents 1.0 in binary mode.
package enum HeaderName {
    /// The user's id, under the name that the go-micro tutorial's publisher gives it.
    package static let id = "id"
    /// The event id, which NATS JetStream deduplicates by.
    package static let natsMessageID = "Nats-Msg-Id"
    package static let contentType = "Content-Type"
    package static let requestID = "X-Request-Id"
    package static let specVersion = "ce-specversion"
    package static let eventID = "ce-id"
    package static let eventType = "ce-type"
    package static let source = "ce-source"
    package static let time = "ce-time"
    /// Set to `no` by an import that must not mail anyone.
    package static let welcome = "Shippy-Welcome"
    /// On a dead letter: where it came from and why it is here.
    package static let deadSubject = "Shippy-Dead-Subject"
    package static let deadSequence = "Shippy-Dead-Sequence"
    package static let deadReason = "Shippy-Dead-Reason"

    /// The places of these headers in a block, for engines that keep none.
    package static let order: [String: Int] = Dictionary(
        uniqueKeysWithValues: [
            id, natsMessageID, specVersion, eventID, eventType, source, time, contentType, requestID, welcome, deadSubject, deadSequence, deadReason,
        ].enumerated().map { ($1, $0) })
}
