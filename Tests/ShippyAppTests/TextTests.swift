import Foundation
import ShippyConfiguration
import ShippyCore
import ShippyEvents
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct TimeTextTests {
    @Test func times() throws {
        let now = Timestamp(milliseconds: 1_767_323_045_000)
        #expect(try TimeText.parse("2026-01-02T03:04:05Z", option: "since") == now)
        #expect(try TimeText.parse("1767323045", option: "since") == now)
        #expect(try TimeText.parse("15m", option: "since", now: now) == now - .seconds(900))
        #expect(throws: ShippyError.self) { try TimeText.parse("soon", option: "since") }
    }
}

@Suite struct EventRendererTests {
    private func event(_ payload: String, headers: [(String, String)] = [("id", "1")]) -> Event {
        Event(
            sequence: 7, id: "e1", subject: .userCreated, time: Timestamp(milliseconds: 1_767_323_045_678), headers: EventHeaders(headers),
            payload: [UInt8](payload.utf8))
    }

    private func json(_ event: Event) throws -> [String: Any] {
        var json = JSONWriter()
        var text = ""
        EventRenderer(format: .jsonl, showsHeaders: false, style: .plain).append(event, nil, to: &json, &text)
        #expect(json.text.unicodeScalars.allSatisfy { !$0.isUnsafeToShow || $0 == "\n" })
        #expect(json.text.filter { $0 == "\n" }.count == 1)
        return try #require(try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: Any])
    }

    @Test func writesTheContractsKeys() throws {
        let user = Samples.user()
        let object = try json(event(String(decoding: user.json, as: UTF8.self)))
        #expect(Set(object.keys) == ["seq", "subject", "time", "id", "headers", "data"])
        #expect(object["seq"] as? Int == 7)
        #expect(object["time"] as? String == "2026-01-02T03:04:05.678Z")
        #expect((object["data"] as? [String: String])?["email"] == "ada@example.com")
        #expect(object["headers"] as? [String: String] == ["id": "1"])
    }

    @Test(arguments: [
        #"{"name":"\u001b[2J\u202e","email":"a@b"}"#, "{\"email\":\"a@b\",\"name\":\"\u{202e}\u{9b}\"}", "plain \u{1b}]52;c;x\u{7} text", "{broken",
        "",
        #"[1,2,{"a":"\u009b"}]"#,
    ])
    func anyPayloadIsSafeAndValid(payload: String) throws {
        _ = try json(event(payload, headers: [("x", "\u{1b}[2J"), ("é\u{202e}", "y")]))
        var writer = JSONWriter()
        var text = ""
        let headers = [("x", "\u{1b}[2J"), ("n\u{1b}ame\u{202e}", "y")]
        EventRenderer(format: .text, showsHeaders: true, style: .plain).append(event(payload, headers: headers), nil, to: &writer, &text)
        #expect(text.unicodeScalars.allSatisfy { !$0.isUnsafeToShow || $0 == "\n" })
        #expect(text.contains("    x: \\u001b[2J\n"))
        #expect(text.contains("    n\\u001bame\\u202e: y\n"))
    }

    @Test func namesAndSubjectsAreEscaped() {
        var json = JSONWriter()
        var text = ""
        let event = Event(
            sequence: 7, id: "e1", subject: Subject(unchecked: "a.\u{1b}[2J"), time: .now, headers: EventHeaders(),
            payload: Samples.user("ada@example.com", name: "A\u{1b}]0;x\u{7}").json)
        EventRenderer(format: .text, showsHeaders: false, style: .plain).append(event, nil, to: &json, &text)
        #expect(text.contains("a.\\u001b[2J"))
        #expect(text.contains("A\\u001b]0;x\\u0007"))
        #expect(text.unicodeScalars.allSatisfy { !$0.isUnsafeToShow || $0 == "\n" })
        #expect(!EventRenderer.describe(.liveOnly(reason: "\u{1b}[2J")).contains("\u{1b}"))
    }

    @Test func filtersLookIntoTheData() throws {
        let ours = event(String(decoding: Samples.user().json, as: UTF8.self), headers: [("id", "1"), ("X-Request-Id", "r1")])
        let payload = DecodedPayload(ours)
        for (filter, passes) in [
            ("email=ada@example.com", true), ("email=bob@example.com", false), ("company=Analytical", true), ("event-id=e1", true),
            ("header.x-request-id=r1", true), ("subject=user.created", true), ("created_at=2026-01-02T03:04:05.678Z", true), ("nothing=x", false),
        ] {
            #expect(try EventFilter(filter).passes(ours, payload) == passes, "\(filter)")
        }
        #expect(throws: ShippyError.self) { try EventFilter("no equals sign") }
    }
}

@Suite struct TableTests {
    @Test func alignsByColumnsAndEscapes() {
        let builder = Table.Builder()
        builder.header("NAME", "X")
        builder.row("漢字", "1")
        builder.row("a\u{1b}[2J", "2")
        #expect(
            builder.table.render(style: .plain)
                == "NAME       X\n漢字       1\na\\u001b[2J  2\n".replacing("NAME       X", with: "NAME        X").replacing(
                    "漢字       1", with: "漢字        1"))
    }
}

@Suite struct TypedArgumentsTests {
    @Test func aMessageShowsNoArgumentAsItIs() {
        let message = "Error: Unexpected argument 'a\u{1b}[31m\nb'\nUsage: shippy <subcommand>"
        #expect(
            TypedArguments.showable(message, arguments: ["shippy", "a\u{1b}[31m\nb"])
                == #"Error: Unexpected argument 'a\u001b[31m\u000ab'"# + "\nUsage: shippy <subcommand>")
        #expect(TypedArguments.showable("a \u{9b}2J\nb", arguments: []) == "a \\u009b2J\nb")
    }

    @Test(arguments: [
        ("--name", "--home", false), ("--hoem", "--home", true), ("--user-http", "--users-http", true), ("--x", "--yes", false),
        ("--outptu", "--output", true),
    ])
    func onlyALikelyOptionIsProposed(given: String, proposed: String, isLikely: Bool) {
        let message = "Error: Unknown option '\(given)'. Did you mean '\(proposed)'?\nUsage: shippy"
        let shown = TypedArguments.showable(message, arguments: [])
        #expect(shown == (isLikely ? message : "Error: Unknown option '\(given)'.\nUsage: shippy"))
    }

    @Test func bytesThatAreNotUTF8AreShown() throws {
        try TypedArguments.requireUTF8(Array("Zoë".utf8))
        let error = #expect(throws: ShippyError.self) { try TypedArguments.requireUTF8([0x61, 0x1b, 0xff, 0x0a]) }
        #expect(error?.code == .usage)
        #expect(error?.message == #"argument "a\x1b\xff\x0a" is not valid UTF-8"#)
    }
}

@Suite struct UserCSVTests {
    /// An export into a file is what an import reads; one on a terminal is looked at.
    @Test func onATerminalNothingActs() {
        let user = Samples.user(name: "\u{1b}[2J\u{9b}\u{202e}\u{200b}x")
        #expect(UserCSV.line(user).contains("\u{1b}[2J"))
        let shown = UserCSV.line(user, forTerminal: true)
        #expect(shown.contains(#"\u001b[2J\u009b\u202e\u200bx"#))
        #expect(shown.unicodeScalars.allSatisfy { !$0.isUnsafeToShow || $0 == "\r" || $0 == "\n" })
    }
}
