import ShippyCore
import Yams

/// Reads the text of a contexts file. Errors name the file and the line but never quote a value.
///
/// An unknown key is an error: writing the file would lose it. A setting that this release does not know is kept.
struct ContextsReader {
    private struct Member {
        var name: String
        var line: Int
        var value: Node
    }

    let path: String

    /// - Throws: ``ShippyError`` `.usage` for the first problem.
    func read(_ text: String) throws -> Contexts {
        let root: Node?
        do {
            root = try compose(yaml: text.hasPrefix("\u{feff}") ? String(text.dropFirst()) : text)
        } catch {
            throw ShippyError(yaml: error, in: path)
        }
        var contexts = Contexts()
        guard let root else { return contexts }
        for member in try members(root, line: 1, known: ["current", "contexts", "homes"]) {
            switch member.name {
            case "current":
                contexts.current = try self.text(member)
                contexts.currentLine = member.line
            case "contexts":
                for context in try members(member.value, line: member.line) { contexts.byName[context.name] = try self.context(context) }
            default:
                for home in try members(member.value, line: member.line) {
                    for part in try members(home.value, line: home.line, known: ["credentials"]) {
                        contexts.byHome[home.name] = try credentials(part)
                    }
                }
            }
        }
        return contexts
    }

    private func context(_ member: Member) throws -> Context {
        guard Context.isName(member.name) else { throw problem(member.line, "not a context name: \(Context.nameAdvice)") }
        var context = Context(name: member.name)
        for part in try members(member.value, line: member.line, known: ["protected", "settings", "credentials"]) {
            switch part.name {
            case "protected":
                guard let text = try text(part), let isProtected = try? SettingType<Bool>.flag.read(text) else {
                    throw problem(part.line, "cannot parse protected: use true or false")
                }
                context.isProtected = isProtected
            case "settings":
                for setting in try members(part.value, line: part.line) {
                    guard let text = try text(setting), !text.isEmpty else { continue }
                    context.settings[setting.name] = text
                    context.lines[setting.name] = setting.line
                }
            default: context.credentials = try credentials(part)
            }
        }
        return context
    }

    private func credentials(_ member: Member) throws -> Credentials {
        var credentials = Credentials()
        for part in try members(member.value, line: member.line, known: ["refresh-token", "access-token", "renew-at", "place", "api-token"]) {
            let text = try text(part)
            switch part.name {
            case "refresh-token": credentials.refreshToken = text
            case "access-token": credentials.accessToken = text
            case "renew-at":
                // Without it, the next command renews the access token.
                credentials.renewAt = text.flatMap { Timestamp($0) }
            case "place": credentials.place = text
            default: credentials.apiToken = text
            }
        }
        return credentials
    }

    /// The members of a mapping; none for null.
    /// - Parameter known: the names allowed; nil for any.
    private func members(_ node: Node, line: Int, known: [String]? = nil) throws -> [Member] {
        guard case .mapping(let mapping) = node else {
            guard node.null != nil else { throw problem(node.mark?.line ?? line, "write NAME: VALUE") }
            return []
        }
        return try mapping.map { key, value in
            let line = key.mark?.line ?? line
            guard case .scalar(let name) = key else { throw problem(line, "write NAME: VALUE") }
            if let known, !known.contains(name.string) {
                let advice = NearestName.of(name.string, among: known).map { "did you mean \($0)?" } ?? "use \(known.joined(separator: ", "))"
                throw problem(line, "unknown key: \(advice)")
            }
            return Member(name: name.string, line: line, value: value)
        }
    }

    /// The value as written; nil for null.
    private func text(_ member: Member) throws -> String? {
        guard case .scalar(let scalar) = member.value else { throw problem(member.line, "use one plain value") }
        // A null in quotes is a text.
        return scalar.style == .plain && member.value.null != nil ? nil : scalar.string
    }

    private func problem(_ line: Int, _ message: String) -> ShippyError {
        ShippyError(.usage, "\(path.visiblyEscaped(limit: 200)), line \(line): \(message)")
    }
}
