import ShippyCore
import ShippyEvents

/// The syntax, limits and parser of a value.
package struct SettingType<Value: Sendable>: Sendable {
    let valueName: String
    var shape = SettingRow.Shape.one
    var limits: String?
    var offer = SettingRow.Offer.nothing
    /// - Throws: ``Unreadable``.
    let read: @Sendable (String) throws -> Value
}

extension SettingType where Value == String {
    static func text(_ valueName: String) -> Self { Self(valueName: valueName) { $0 } }
    static var file: Self { Self(valueName: "file", offer: .file) { $0 } }
    static var directory: Self { Self(valueName: "dir", offer: .directory) { $0 } }

    /// The name of a context; empty for none.
    static var context: Self {
        Self(valueName: "name", offer: .contexts) { text in
            guard text.isEmpty || Context.isName(text) else { throw Unreadable(Context.nameAdvice) }
            return text
        }
    }
}

extension SettingType where Value == GivenToken {
    static var token: Self { Self(valueName: "token", read: GivenToken.init) }
}

extension SettingType where Value == Bool {
    static var flag: Self {
        Self(valueName: "", shape: .flag) { text in
            switch text.lowercased() {
            case "true", "yes", "on", "1": return true
            case "false", "no", "off", "0": return false
            default: throw Unreadable("use true or false")
            }
        }
    }
}

extension SettingType where Value == Int {
    static func number(_ range: ClosedRange<Int>, _ valueName: String = "n") -> Self {
        Self(valueName: valueName, limits: "\(range.lowerBound) to \(range.upperBound)") { text in
            guard let number = Int(text), range.contains(number) else {
                throw Unreadable("use a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
    }
}

extension SettingType where Value == Int64 {
    static func bytes(_ range: ClosedRange<Int64>) -> Self {
        let (least, most) = (ByteCountText.describe(range.lowerBound), ByteCountText.describe(range.upperBound))
        return Self(valueName: "bytes", limits: "\(least) to \(most)") { text in
            guard let bytes = ByteCountText.parse(text), range.contains(bytes) else {
                throw Unreadable("use a size from \(least) to \(most), such as 512MiB or 4GiB")
            }
            return bytes
        }
    }
}

extension SettingType where Value == Duration {
    /// - Parameter least: the shortest duration allowed.
    static func duration(atLeast least: Duration = .zero) -> Self {
        let limit = least > .zero ? DurationText.write(least) : nil
        return Self(valueName: "duration", limits: limit.map { "at least \($0)" }) { text in
            guard let duration = DurationText.parse(text), duration >= least else {
                throw Unreadable("use a duration\(limit.map { " of at least \($0)," } ?? "") such as 10s, 5m, 1h30m or 7d")
            }
            return duration
        }
    }
}

extension SettingType where Value == HostPort {
    static var address: Self {
        Self(valueName: "host:port") { text in
            guard let address = try? HostPort(text) else { throw Unreadable("use HOST:PORT, such as 127.0.0.1:8081") }
            return address
        }
    }
}

extension SettingType where Value == HostPort {
    /// An address to connect to.
    static var remoteAddress: Self {
        Self(valueName: "host:port") { text in
            guard let address = try? HostPort(text), address.port > 0 else { throw Unreadable("use HOST:PORT, such as 10.0.0.7:8083") }
            return address
        }
    }
}

extension SettingType where Value == PublicURL {
    static var publicURL: Self {
        Self(valueName: "url") { text in
            guard let url = PublicURL(text) else {
                throw Unreadable("use https://HOST, with a port or a path if needed; http:// only for this machine, such as http://localhost:8081")
            }
            return url
        }
    }
}

extension SettingType where Value == EmailAddress {
    static var email: Self {
        Self(valueName: "address") { text in
            guard let address = try? EmailAddress(text) else { throw Unreadable("use an e-mail address, such as shippy@example.com") }
            return address
        }
    }
}

extension SettingType where Value == [String] {
    static func list(of valueName: String, advice: String, isValid: @escaping @Sendable (String) -> Bool) -> Self {
        Self(valueName: valueName, shape: .list) { text in
            let items = text.split(separator: ",").map { String($0.drop(while: \.isWhitespace).trimmingSuffix(while: \.isWhitespace)) }
            guard items.allSatisfy({ !$0.isEmpty && isValid($0) }) else { throw Unreadable(advice) }
            return items
        }
    }
}

extension SettingType where Value: RawRepresentable<String> & CaseIterable {
    static func choice(_ valueName: String) -> Self {
        let words = Value.allCases.map(\.rawValue)
        let list = words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
        return Self(valueName: valueName, limits: list, offer: .words(words)) { text in
            guard let value = Value(rawValue: text) else { throw Unreadable("use \(list)") }
            return value
        }
    }
}

extension SettingType where Value == StoreURL {
    static var store: Self { Self(valueName: "url", read: StoreURL.init) }
}

extension SettingType where Value == BusURL {
    static var bus: Self { Self(valueName: "url", read: BusURL.init) }
}

extension SettingType where Value == RegistryURL {
    static var registry: Self { Self(valueName: "url", read: RegistryURL.init) }
}

extension SettingType where Value == MailerURL {
    static var mailer: Self { Self(valueName: "url", read: MailerURL.init) }
}

extension Substring {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
        var text = self
        while let last = text.last, predicate(last) { text.removeLast() }
        return text
    }
}
