import ShippyCore

/// The body of a request: a JSON object.
protocol RequestBody: Decodable {
    /// The members that it may have.
    static var fields: [String] { get }
}

/// A body without members that it does not have. A misspelled member would be ignored silently otherwise.
struct KnownFields<Body: RequestBody>: Decodable {
    let body: Body

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// - Throws: ``ShippyError`` `.malformed` for an unknown member.
    init(from decoder: any Decoder) throws {
        let names = try decoder.container(keyedBy: Name.self).allKeys.map(\.stringValue)
        if let unknown = names.filter({ !Body.fields.contains($0) }).min() { throw ShippyError.unknown("field", unknown, among: Body.fields) }
        body = try Body(from: decoder)
    }
}
