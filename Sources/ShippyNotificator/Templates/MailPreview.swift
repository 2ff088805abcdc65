package import ShippyCore

/// A mail as its recipient sees it, without what makes its link valid.
package struct MailPreview: Sendable {
    package var subject: String
    package var text: String
    package var html: String
    /// As they are sent.
    package var headers: [(name: String, value: String)]
}

extension MailPreview: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { writeFields(to: &$0) }
    }

    package func writeFields(to json: inout JSONWriter) {
        json.field("subject", subject)
        json.field("text", text)
        json.field("html", html)
        json.field("headers", headers) {
            $0.field("name", $1.name)
            $0.field("value", $1.value)
        }
    }
}
