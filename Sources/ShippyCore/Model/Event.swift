/// An event on its way to the bus.
package struct OutgoingEvent: Hashable, Sendable {
    /// Identifies the event permanently: publishing this ID a second time is a duplicate.
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

/// An event on the bus.
package struct Event: Hashable, Sendable {
    /// The position in the log, from 1. There are no gaps until events expire or are deleted.
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
