/// A JSON value as ``StrictJSON`` reads it.
enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// A number without a fraction or exponent that fits.
    case integer(Int64)
    /// Any other number.
    case otherNumber
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

/// The members of a JSON object, whose names differ.
struct JSONObject: Equatable, Sendable {
    struct Member: Equatable, Sendable {
        var name: String
        var value: JSONValue
    }

    var members: [Member] = []

    subscript(name: String) -> JSONValue? {
        members.first { $0.name == name }?.value
    }

    func string(_ name: String) -> String? {
        guard case .string(let value) = self[name] else { return nil }
        return value
    }

    func integer(_ name: String) -> Int64? {
        guard case .integer(let value) = self[name] else { return nil }
        return value
    }

    func object(_ name: String) -> JSONObject? {
        guard case .object(let value) = self[name] else { return nil }
        return value
    }
}
