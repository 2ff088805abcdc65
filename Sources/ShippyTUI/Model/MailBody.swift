/// What the recipient of a mail gets, shown over the list of mails.
struct MailBody: Sendable {
    let id: String
    /// nil until it was read.
    private(set) var lines: [String]?
    /// The number of lines scrolled past.
    var top = 0

    init(id: String) { self.id = id }

    mutating func receive(_ id: String, _ lines: [String]) {
        if id == self.id { self.lines = lines }
    }
}
