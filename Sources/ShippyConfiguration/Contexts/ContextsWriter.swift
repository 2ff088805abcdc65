import ShippyCore
import Yams

/// Writes the text of a contexts file.
enum ContextsWriter {
    private static let head = "# Installations that shippy knows by name. `shippy context` writes this file, and keeps no comments.\n"

    static func text(_ contexts: Contexts) throws -> String {
        var root: [(Node, Node)] = []
        if let current = contexts.current { root.append((key("current"), value(current))) }
        root.append((key("contexts"), mapping(contexts.all.map { (value($0.name), node($0)) })))
        if !contexts.byHome.isEmpty {
            let homes = contexts.byHome.sorted { $0.key < $1.key }
            root.append((key("homes"), mapping(homes.map { (value($0.key), mapping([(key("credentials"), node($0.value))])) })))
        }
        // Long values stay on their lines.
        return try head + serialize(node: mapping(root), width: -1, allowUnicode: true)
    }

    private static func node(_ context: Context) -> Node {
        var members = [(key("protected"), Node(context.isProtected ? "true" : "false", Tag(.bool)))]
        members.append((key("settings"), mapping(context.settings.sorted { $0.key < $1.key }.map { (value($0.key), value($0.value)) })))
        if !context.credentials.isEmpty { members.append((key("credentials"), node(context.credentials))) }
        return mapping(members)
    }

    private static func node(_ credentials: Credentials) -> Node {
        let parts = [
            ("refresh-token", credentials.refreshToken), ("access-token", credentials.accessToken), ("renew-at", credentials.renewAt?.description),
            ("place", credentials.place), ("api-token", credentials.apiToken),
        ]
        return mapping(parts.compactMap { name, text in text.map { (key(name), value($0)) } })
    }

    private static func mapping(_ members: [(Node, Node)]) -> Node { Node(members, Tag(.map), .block) }

    private static func key(_ name: String) -> Node { Node(name, Tag(.str), .plain) }

    /// In quotes, so that no value is taken for a number or null.
    private static func value(_ text: String) -> Node { Node(text, Tag(.str), .doubleQuoted) }
}
