import ArgumentParser
import Foundation

/// The flags of one group of commands, made from the table.
package struct Flags<Takers: SettingTakers>: ParsableArguments, CustomReflectable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// The given values by setting name: list items joined by commas, `true` for a flag without a value.
    package private(set) var values: [String: String] = [:]

    package init() {}

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for row in Settings.taken(by: Takers.self) {
            let key = Key(stringValue: row.name)
            switch row.shape {
            case .one:
                values[row.name] = try container.decode(Option<String?>.self, forKey: key).wrappedValue
            case .list:
                let items = try container.decode(Option<[String]>.self, forKey: key).wrappedValue
                if !items.isEmpty { values[row.name] = items.joined(separator: ",") }
            case .flag:
                if try container.decode(Flag<Bool>.self, forKey: key).wrappedValue { values[row.name] = "true" }
            }
        }
    }

    /// ArgumentParser discovers the flags of a type through its mirror.
    package var customMirror: Mirror {
        let children = Settings.taken(by: Takers.self).map { row -> Mirror.Child in (row.name, Self.definition(of: row)) }
        return Mirror(self, children: children, displayStyle: .struct)
    }

    private static func definition(of row: SettingRow) -> Any {
        var names: NameSpecification = .customLong(row.name)
        if let letter = row.letter { names = [.customShort(letter), .customLong(row.name)] }
        let help = ArgumentHelp(row.help, valueName: row.valueName)
        switch row.shape {
        case .one: return Option<String?>(name: names, help: help, completion: row.completion)
        case .list: return Option<[String]>(wrappedValue: [], name: names, help: help, completion: row.completion)
        case .flag: return Flag<Bool>(wrappedValue: false, name: names, help: help)
        }
    }
}

extension SettingRow {
    fileprivate var completion: CompletionKind {
        switch offer {
        case .nothing: .default
        case .file: .file()
        case .directory: .directory
        case .contexts: .custom { _, _, _ in ContextFile(environment: ProcessInfo.processInfo.environment).names }
        case .words(let words): .list(words)
        }
    }
}
