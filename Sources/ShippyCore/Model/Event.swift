/// An event on its way to the bus.
package struct OutgoingEvent: Hashable, Sendable {
    /// Identifies the event for good: a second publish under this id is a duplicate.
    package var id: String
    package var subject: Subject
    package var time: Timestamp
    package var headers: EventHeaders
    package var payload: [UInt8]

    package init(id: String, subject: Subject, time: Timestamp, headers: EventHeaders, payload: [UInt8]) {
        self.id = id
        self.subject = subject
        self.time = time
        self.headers = headers
        self.payload = payload
    }
}

/// An event as the bus holds it.
package struct Event: Hashable, Sendable {
    /// The place in the bus's order, from 1, without holes until something expires.
    package var sequence: Int64
    package var id: String
    package var subject: Subject
    package var time: Timestamp
    package var headers: EventHeaders
    package var payload: [UInt8]

    package init(sequence: Int64, id: String, subject: Subject, time: Timestamp, headers: EventHeaders, payload: [UInt8]) {
        self.sequence = sequence
        self.id = id
        self.subject = subject
        self.time = time
        self.headers = headers
        self.payload = payload
    }
}
