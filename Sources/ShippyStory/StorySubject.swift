package import ShippyCore

/// Whose story to tell, or of what.
package struct StorySubject: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case user, mail, event, request
    }

    package var kind: Kind
    /// The user's or mail's ID, or the event's, or the request's.
    package var id: String
    package var name: String
    package var email: String?
    package var userID: String?
    package var eventID: String?
    package var requestID: String?
    /// When it began, or a little earlier.
    package var since: Timestamp

    package init(
        _ kind: Kind, id: String, name: String, email: String? = nil, userID: String? = nil, eventID: String? = nil, requestID: String? = nil,
        since: Timestamp
    ) {
        self.kind = kind
        self.id = id
        self.name = name
        self.email = email
        self.userID = userID
        self.eventID = eventID
        self.requestID = requestID
        self.since = since
    }
}
