import Foundation

/// A path in which one segment may be a parameter: `/api/v1/users/{id}/disable`.
package struct PathTemplate: Hashable, Sendable, ExpressibleByStringLiteral {
    package let text: String
    private let prefix: String
    private let suffix: String
    package let hasParameter: Bool

    package init(stringLiteral text: String) {
        self.text = text
        let open = text.firstIndex(of: "{") ?? text.endIndex
        let close = text.firstIndex(of: "}").map(text.index(after:)) ?? text.endIndex
        prefix = String(text[..<open])
        suffix = String(text[close...])
        hasParameter = open < close
        precondition(!suffix.contains("{"), "\(text) has more than one parameter")
    }

    /// The parameter, percent-decoded; nil if the path is another one.
    func parameter(in path: String) -> String? {
        let bytes = path.utf8
        guard hasParameter, bytes.count > prefix.utf8.count + suffix.utf8.count, bytes.starts(with: prefix.utf8),
            bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
        else { return nil }
        let segment = bytes.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count)
        guard !segment.contains(UInt8(ascii: "/")) else { return nil }
        let text = String(Substring(segment))
        return text.removingPercentEncoding ?? text
    }
}
