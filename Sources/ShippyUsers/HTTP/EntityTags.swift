import HTTPTypes
import ShippyCore

/// The entity tags of a request's field (RFC 9110, 8.8.3): that of a user is the revision.
enum EntityTags {
    /// `*`: any.
    case any
    case some([(revision: Int64, isWeak: Bool)])

    /// - Parameter field: the values of `If-Match` or `If-None-Match`, joined with commas. What is not an entity tag of a user is of none.
    init(_ field: String) {
        if field == "*" {
            self = .any
            return
        }
        self = .some(
            field.split(separator: ",").compactMap { tag in
                guard let match = tag.wholeMatch(of: #/\s*(W/)?"([0-9]{1,18})"\s*/#), let revision = Int64(match.2) else { return nil }
                return (revision, match.1 != nil)
            })
    }

    static func text(of revision: Int64) -> String { "\"\(revision)\"" }

    /// The revisions that `If-Match` allows; nil for any. A weak tag does not tell enough for a change.
    var forChange: Set<Int64>? {
        if case .some(let tags) = self { Set(tags.filter { !$0.isWeak }.map(\.revision)) } else { nil }
    }

    /// Whether a client that sends this as `If-None-Match` has this revision already.
    func covers(_ revision: Int64) -> Bool {
        if case .some(let tags) = self { tags.contains { $0.revision == revision } } else { true }
    }
}
