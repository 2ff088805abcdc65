import Foundation
import ShippyCore
import ShippyEvents

/// An event as a line of an export: the members that `shippy events tail -o jsonl` writes, and `payload` (text) or `base64` if `data`
/// alone does not give back every byte of the payload.
enum ExportedEvent {
    private static let members = ["seq", "subject", "time", "id", "headers", "data", "payload", "base64"]
    private static let idLimit = 1024

    // MARK: Writing

    /// - Returns: whether secrets were left out.
    static func append(_ event: Event, to json: inout JSONWriter) -> Bool {
        let clean = DecodedPayload.withoutSecrets(event.payload, contentType: event.headers[HeaderName.contentType])
        let payload = clean ?? event.payload
        var hidesSecrets = clean != nil
        json.object { json in
            json.field("seq", event.sequence)
            json.field("subject", event.subject.description)
            json.field("time", originalTime(event))
            json.field("id", event.id)
            json.field("headers") { json in
                for (name, values) in grouped(event.headers) {
                    let shown = values.map { EventRenderer.shown(name, $0) }
                    if shown != values { hidesSecrets = true }
                    if shown.count == 1 { json.field(named: name, shown[0]) } else { json.field(named: name, shown) }
                }
            }
            if CanonicalUserJSON.recognises(payload) {
                json.key("data")
                json.verbatim(payload)
            } else {
                EventRenderer.appendData(DecodedPayload(payload: payload, contentType: event.headers[HeaderName.contentType]), to: &json)
                if let text = String(validating: payload, as: UTF8.self) {
                    json.field("payload", text)
                } else {
                    json.field("base64", Data(payload).base64EncodedString())
                }
            }
        }
        json.newline()
        return hidesSecrets
    }

    /// When the event was first stored on a bus: on the one that it was exported from, if it was imported.
    static func originalTime(_ event: Event) -> Timestamp {
        event.headers[HeaderName.originalTime].flatMap { Timestamp($0) } ?? event.time
    }

    /// The values of each header, in the order of the names. The time of an import's original is not a header of the event itself.
    private static func grouped(_ headers: EventHeaders) -> [(name: String, values: [String])] {
        var groups: [(name: String, values: [String])] = []
        for (name, value) in headers.pairs where name.lowercased() != HeaderName.originalTime.lowercased() {
            if let place = groups.firstIndex(where: { $0.name == name }) {
                groups[place].values.append(value)
            } else {
                groups.append((name, [value]))
            }
        }
        return groups
    }

    // MARK: Reading

    /// The event on a line. Its time is kept in a header, because the bus gives it the time of the import.
    ///
    /// - Throws: ``ShippyError`` `.malformed` that says what is wrong without quoting the line.
    static func event(_ line: [UInt8]) throws -> OutgoingEvent {
        guard let object = try? JSONSerialization.jsonObject(with: Data(line)), let values = object as? [String: Any] else {
            throw malformed("not a JSON object of an event, as `shippy events export` writes it")
        }
        guard values["notice"] == nil else { throw malformed("a notice is not an event") }
        if let unknown = values.keys.sorted().first(where: { !members.contains($0) }) {
            throw ShippyError.unknown("member", unknown, among: members)
        }
        func text(_ name: String) throws -> String {
            guard let text = values[name] as? String else { throw malformed(values[name] == nil ? "\(name) is missing" : "\(name) is not a string") }
            return text
        }
        let subject: Subject
        do {
            subject = try Subject(try text("subject"))
        } catch let error as ShippyError where error.code == .usage {
            throw malformed(error.message)
        }
        guard !subject.isReplay else { throw malformed("the replay of a dead letter cannot be imported: replay the dead letter") }
        let id = try text("id")
        guard (1...idLimit).contains(id.utf8.count), id.unicodeScalars.allSatisfy({ !$0.isUnsafeToShow }) else {
            throw malformed("id is empty, longer than \(idLimit) bytes, or has control characters")
        }
        guard let time = Timestamp(try text("time")) else { throw malformed("time is not an RFC 3339 timestamp") }
        var headers = try self.headers(values["headers"])
        if let messageID = headers[HeaderName.natsMessageID], messageID != id { throw malformed("id and header \(HeaderName.natsMessageID) differ") }
        if headers[HeaderName.originalTime] == nil { headers.append(HeaderName.originalTime, time.description) }
        return OutgoingEvent(id: id, subject: subject, time: time, headers: headers, payload: try payload(values))
    }

    private static func malformed(_ reason: String) -> ShippyError { ShippyError(.malformed, reason) }

    /// The order of headers is not part of JSON: known headers come first, in the order in which we write them.
    private static func headers(_ value: Any?) throws -> EventHeaders {
        guard let value else { return EventHeaders() }
        guard let members = value as? [String: Any] else { throw malformed("headers is not an object") }
        let names = members.keys.sorted { (HeaderName.order[$0] ?? .max, $0) < (HeaderName.order[$1] ?? .max, $1) }
        var headers = EventHeaders()
        for name in names {
            guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x3a }) else {
                throw malformed("the header name \(name.quoted(limit: 40)) is not printable ASCII without spaces and colons")
            }
            let values = members[name] as? [String] ?? (members[name] as? String).map { [$0] }
            guard let values, !values.isEmpty else { throw malformed("header \(name) is not a string or an array of strings") }
            for value in values {
                guard !value.utf8.contains(where: { $0 == 10 || $0 == 13 }) else { throw malformed("header \(name) has a line break") }
                headers.append(name, value)
            }
        }
        return headers
    }

    private static func payload(_ values: [String: Any]) throws -> [UInt8] {
        if let value = values["payload"] {
            guard let text = value as? String, values["base64"] == nil else { throw malformed("payload is not a string, or base64 is there, too") }
            return [UInt8](text.utf8)
        }
        if let value = values["base64"] {
            guard let data = (value as? String).flatMap({ Data(base64Encoded: $0) }) else { throw malformed("base64 is not valid base64") }
            return [UInt8](data)
        }
        guard let data = values["data"] else { throw malformed("data is missing") }
        if let text = data as? String { return [UInt8](text.utf8) }
        if let members = data as? [String: String] {
            if members.count == 1, let bytes = members["base64"].flatMap({ Data(base64Encoded: $0) }) { return [UInt8](bytes) }
            if let user = user(members) { return user }
        }
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
        // Anything else would end the process.
        guard JSONSerialization.isValidJSONObject(data), let json = try? JSONSerialization.data(withJSONObject: data, options: options) else {
            throw malformed("data is not a string, an object or an array")
        }
        return [UInt8](json)
    }

    /// The bytes of a user's JSON; nil for any other object.
    private static func user(_ members: [String: String]) -> [UInt8]? {
        guard let id = members["id"], let name = members["name"], let company = members["company"], let email = members["email"],
            members.count == (members["created_at"] == nil ? 4 : 5)
        else { return nil }
        var json = JSONWriter()
        json.object {
            $0.field("id", id)
            $0.field("name", name)
            $0.field("company", company)
            $0.field("email", email)
            if let time = members["created_at"] { $0.field("created_at", time) }
        }
        return json.bytes
    }
}
