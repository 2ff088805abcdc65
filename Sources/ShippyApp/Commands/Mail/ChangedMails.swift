import ShippyCore

/// What became of mails that a command retried or cancelled.
struct ChangedMails: JSONWritable {
    enum Verb { case retry, cancel }

    let verb: Verb
    private(set) var changed: [Mail] = []
    private(set) var count = 0
    private(set) var refused = 0
    /// The first refusal.
    private(set) var error: ShippyError?

    init(_ verb: Verb) { self.verb = verb }

    func write(to json: inout JSONWriter) {
        json.object {
            switch verb {
            case .retry: $0.field("queued", count)
            case .cancel: $0.field("cancelled", count)
            }
            $0.field("refused", refused)
        }
    }

    var fields: [(String, String)] { [(verb == .retry ? "queued" : "cancelled", "\(count)"), ("refused", "\(refused)")] }

    /// - Parameter isNamed: whether somebody named each of them. Otherwise one in another state by now is no failure.
    mutating func add(_ results: [Result<Mail, ShippyError>], isNamed: Bool) async {
        for result in results {
            switch result {
            case .success(let mail):
                count += 1
                if isNamed { changed.append(mail) }
            case .failure(let error):
                refused += 1
                guard isNamed else { continue }
                if self.error == nil { self.error = error } else { await Console.tell(error.message) }
            }
        }
    }
}
