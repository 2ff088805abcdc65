import Foundation
import ShippyConfiguration
import ShippyCore
import ShippyEvents

/// Writes events and notices as JSON lines or as text.
struct EventRenderer: Sendable {
    let format: OutputFormat
    let showsHeaders: Bool
    let style: Style
    /// The zone of the times that are shown; nil for UTC.
    var zone: TimeZone?

    var isText: Bool { format == .text }

    /// Appends one line. A payload in shippy's own JSON form is copied without decoding, because a replay has only 2 µs per event.
    func append(_ event: Event, _ payload: DecodedPayload?, to json: inout JSONWriter, _ text: inout String) {
        guard isText else { return appendJSON(event, payload, to: &json) }
        text += line(event, payload) + "\n"
    }

    /// JSON lines of the events in `items`; notices are left out.
    func json(_ items: ArraySlice<StreamItem>) -> [UInt8] {
        var json = JSONWriter(capacity: items.count * 768)
        for case .event(let event) in items { appendJSON(event, nil, to: &json) }
        return json.bytes
    }

    private func appendJSON(_ event: Event, _ payload: DecodedPayload?, to json: inout JSONWriter) {
        json.object { json in
            json.field("seq", event.sequence)
            json.field("subject", event.subject.description)
            if let zone { json.field("time", event.time.description(in: zone)) } else { json.field("time", event.time) }
            json.field("id", event.id)
            Self.appendHeaders(event.headers, to: &json)
            if payload == nil, CanonicalUserJSON.recognises(event.payload) {
                json.key("data")
                json.verbatim(event.payload)
            } else {
                Self.appendData(payload ?? DecodedPayload(event), to: &json)
            }
        }
        json.newline()
    }

    /// Appends the member `headers`, without secrets.
    static func appendHeaders(_ headers: EventHeaders, to json: inout JSONWriter) {
        json.field("headers") { json in
            headers.forEach { name, value in
                let (name, value) = (UnsafeBufferPointer(rebasing: name), UnsafeBufferPointer(rebasing: value))
                json.key(utf8: name)
                if let shown = Self.withoutSecrets(name, value) { json.string(shown) } else { json.string(utf8: value) }
            }
        }
    }

    /// Appends the member `data`, without secrets.
    static func appendData(_ payload: DecodedPayload, to json: inout JSONWriter) {
        json.key("data")
        switch payload {
        case .user(_, let bytes?), .json(let bytes):
            json.verbatim(bytes)
        case .user(let user, nil):
            json.object {
                $0.field("id", user.id)
                $0.field("name", Secrets.hidden(in: user.name))
                $0.field("company", Secrets.hidden(in: user.company))
                $0.field("email", user.email)
            }
        case .text(let text):
            json.string(text)
        case .binary(let bytes):
            json.object {
                $0.field("base64", Data(bytes).base64EncodedString())
            }
        }
    }

    /// The event as text: one line, and one more per header if headers are shown.
    func line(_ event: Event, _ payload: DecodedPayload? = nil) -> String {
        let data = Self.dataText(payload ?? DecodedPayload(event))
        let time = zone.map { event.time.description(in: $0) } ?? event.time.description
        var line = "\(style.dim("\(event.sequence)  \(time)"))  \(event.subject.description.visiblyEscaped())  \(data.visiblyEscaped())"
        if showsHeaders {
            for header in Self.headers(of: event) { line += "\n" + style.dim("    \(header.visiblyEscaped())") }
        }
        return line
    }

    /// The data on one line, not yet escaped.
    static func dataText(_ payload: DecodedPayload) -> String {
        switch payload {
        case .user(let user, _): "\(user.email)  \(shown(user.name))  \(shown(user.company))  \(user.id)"
        case .json(let bytes): String(decoding: bytes, as: UTF8.self)
        case .text(let text): text
        case .binary(let bytes): "\(bytes.count) bytes of binary data"
        }
    }

    /// A header's value without secrets.
    static func shown(_ name: String, _ value: String) -> String { Secrets.isName(name) ? "…" : Secrets.hidden(in: value) }

    /// The headers as `name: value`, without secrets.
    static func headers(of event: Event) -> [String] {
        event.headers.pairs.map { "\($0.name): \(shown($0.name, $0.value))" }
    }

    private static func shown(_ field: String) -> String { field.isEmpty ? "-" : Secrets.hidden(in: field) }

    /// The value of a header without secrets; nil if it is one of ours, as we write it: that is almost every header.
    private static func withoutSecrets(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> String? {
        if HeaderName.isOwn(utf8: name), !mayHoldSecret(value) { return nil }
        return Secrets.isName(utf8: name) ? "…" : Secrets.hidden(in: String(decoding: value, as: UTF8.self))
    }

    /// Of our own values, only times have colons, and they begin with a digit.
    private static func mayHoldSecret(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
        let isTime = value.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
        return value.contains { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "%") || ($0 == UInt8(ascii: ":") && !isTime) }
    }

    /// The notice as text.
    static func describe(_ notice: StreamNotice) -> String {
        switch notice {
        case .gap(let from, let to, let reason): "gap \(from)–\(to) (\(to - from + 1)): \(reason.rawValue)"
        case .away(let time): "the bus has not answered for \(DurationText.describe(time)): still waiting"
        case .reconnected(let away, let replayed): "reconnected after \(DurationText.describe(away)), events replayed: \(replayed)"
        case .reset(let last): "the stream was reset: its last sequence number was \(last)"
        case .liveOnly(let reason): "live only: \(reason.visiblyEscaped())"
        }
    }
}
