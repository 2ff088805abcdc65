package import ShippyCore

/// An event, or a notice about the stream, in the list of events.
package struct EventRow: ListRow {
    package typealias Column = EventColumn

    /// Counts what has arrived. Sequences are no identity: a stream that starts over uses them again.
    package var id: Int
    /// nil for a notice.
    package var sequence: Int64?
    package var eventID: String
    package var subject: String
    /// When it was published, or when a notice arrived.
    package var time: Timestamp
    /// The data, on one line.
    package var text: String
    /// The user's ID and address, if the event is about one.
    package var userID: String?
    package var email: String?
    package var requestID: String?
    package var headers: [String]
    package var changedAt = -Double.infinity

    package init(
        id: Int, sequence: Int64?, eventID: String = "", subject: String = "", time: Timestamp, text: String, userID: String? = nil,
        email: String? = nil, requestID: String? = nil, headers: [String] = []
    ) {
        self.id = id
        self.sequence = sequence
        self.eventID = eventID
        self.subject = subject
        self.time = time
        self.text = text
        self.userID = userID
        self.email = email
        self.requestID = requestID
        self.headers = headers
    }

    package var isNotice: Bool { sequence == nil }
    package var name: String { sequence.map { "event \($0)" } ?? "notice" }
    /// Replays and drops of dead letters are no problems.
    package var isProblem: Bool { isNotice || Subject(unchecked: subject).deadLetterGroup != nil }

    package func forEachSearchLine(_ body: (String, String?) -> Void) {
        for text in [subject, text, eventID, requestID ?? "", sequence.map(String.init) ?? ""] { body(text, nil) }
    }

    package func field(_ name: String) -> String? {
        switch name {
        case "id": eventID
        case "seq": sequence.map(String.init)
        case "subject": subject
        case "user": userID
        case "email": email
        case "request": requestID
        default: nil
        }
    }

    /// Newest first.
    package func comesBefore(_ other: EventRow) -> Bool { id > other.id }

    package func details(_ look: Look) -> [DetailField] {
        guard let sequence else { return [DetailField("notice", text, .warning), DetailField("time", look.time(time))] }
        return [
            DetailField("sequence", String(sequence)), DetailField("subject", subject, isProblem ? .error : .plain),
            DetailField("time", time.description), DetailField("id", eventID), DetailField("data", text),
        ] + headers.map { DetailField("header", $0) }
    }
}
