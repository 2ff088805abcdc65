import Foundation
import ShippyCore
import Yams

/// The configuration file: a YAML mapping of settings to values. An empty file is valid.
///
/// Errors name the file and the line but never quote it, because it may contain a password.
struct ConfigurationFile: Sendable {
    let path: String
    private(set) var values: [String: GivenValue] = [:]
    private(set) var problems: [ShippyError] = []

    /// - Parameter isRequired: whether a missing file is an error.
    /// - Throws: ``ShippyError`` `.usage` for a file that cannot be opened.
    init(path: String, isRequired: Bool) throws {
        self.path = path
        guard access(path, R_OK) == 0 else {
            if errno == ENOENT, !isRequired { return }
            throw ShippyError(.usage, "cannot read configuration file \(shownPath): \(String(cString: strerror(errno)))")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ShippyError(.usage, "cannot read configuration file \(shownPath): not a regular file")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            problems = [ShippyError(.usage, "\(shownPath): not valid UTF-8")]
            return
        }
        do {
            // Some editors begin a file with a byte order mark.
            if let root = try compose(yaml: text.hasPrefix("\u{feff}") ? String(text.dropFirst()) : text) { take(root) }
        } catch {
            problems = [ShippyError(yaml: error, in: path)]
        }
    }

    private var shownPath: String { path.visiblyEscaped(limit: 200) }

    private func problem(_ line: Int, _ message: String) -> ShippyError {
        ShippyError(.usage, "\(shownPath), line \(line): \(message)")
    }

    private mutating func take(_ root: Node) {
        guard case .mapping(let mapping) = root else {
            // The file has only `---` or comments.
            if root.null == nil { problems.append(problem(root.mark?.line ?? 1, "not a setting: write NAME: VALUE")) }
            return
        }
        for (key, value) in mapping {
            let line = key.mark?.line ?? 1
            guard case .scalar(let scalar) = key else {
                problems.append(problem(line, "not a setting: write NAME: VALUE"))
                continue
            }
            guard let row = Settings.all.first(where: { $0.name == scalar.string }) else {
                problems.append(problem(line, Self.unknown(scalar.string, value)))
                continue
            }
            guard row.isInFile else {
                let places = row.takers.isEmpty ? row.variable : "\(row.flag) or \(row.variable)"
                problems.append(problem(line, "\(row.name) cannot be set in a configuration file: use \(places)"))
                continue
            }
            do {
                // A key without a value, such as `store:`, sets nothing.
                if let text = try Self.text(value, of: row), !text.isEmpty {
                    values[row.name] = GivenValue(text: text, origin: .file(path: path, line: line))
                }
            } catch let error as Unreadable {
                problems.append(problem(line, "cannot parse \(row.name): \(error.advice)"))
            } catch {
                problems.append(problem(line, "cannot parse \(row.name)"))
            }
        }
    }

    /// The value as written; nil for null.
    private static func text(_ value: Node, of row: SettingRow) throws -> String? {
        switch value {
        case .scalar(let scalar): return value.null == nil ? scalar.string : nil
        case .sequence(let sequence) where row.shape == .list:
            return try sequence.map { item in
                guard case .scalar(let scalar) = item else { throw Unreadable("use a list of plain values") }
                return scalar.string
            }.joined(separator: ",")
        case .sequence: throw Unreadable("use one value, not a list")
        case .mapping: throw Unreadable("use a value, not nested settings")
        case .alias: throw Unreadable("use the value itself, not a YAML alias")
        }
    }

    /// The message for an unknown key.
    private static func unknown(_ key: String, _ value: Node) -> String {
        var names = [key]
        if case .mapping(let nested) = value { names = nested.compactMap { $0.key.string.map { "\(key)-\($0)" } } + names }
        let known = Settings.all.filter(\.isInFile).map(\.name)
        for name in names {
            let name = name.replacing("_", with: "-").replacing(".", with: "-")
            if let nearest = NearestName.of(name, among: known) { return "unknown setting: did you mean \(nearest)?" }
        }
        return "unknown setting: `shippy config show` lists all settings"
    }
}
