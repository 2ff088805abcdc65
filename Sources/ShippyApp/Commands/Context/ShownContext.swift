import ShippyConfiguration
import ShippyCore

/// A context for `context list` and `show`, without secrets.
struct ShownContext: JSONWritable {
    let name: String
    let isCurrent: Bool
    let isProtected: Bool
    let settings: [(name: String, value: String)]
    /// The kinds of credentials, or `none`.
    let credentials: String

    init(_ context: Context, isCurrent: Bool) {
        name = context.name
        self.isCurrent = isCurrent
        isProtected = context.isProtected
        settings = context.shownSettings
        credentials = context.credentials.description
    }

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("name", name)
            $0.field("current", isCurrent)
            $0.field("protected", isProtected)
            $0.key("settings")
            $0.object { json in
                for setting in settings { json.field(named: setting.name, setting.value) }
            }
            $0.field("credentials", credentials)
        }
    }

    /// For people.
    var fields: [(String, String)] {
        [("name", name), ("current", isCurrent ? "yes" : "no"), ("protected", isProtected ? "yes" : "no")]
            + settings.map { ($0.name, $0.value) } + [("credentials", credentials)]
    }
}
