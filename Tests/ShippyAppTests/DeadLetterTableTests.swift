import Foundation
import ShippyCore
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct DeadLetterTableTests {
    private func letter(_ reason: String, headers: [(String, String)] = [], subject: Subject = .userCreated, sequence: Int64 = 12) throws
        -> DeadLetter
    {
        let event = Event(
            sequence: 7, id: "e1", subject: subject, time: .now, headers: EventHeaders([(HeaderName.natsMessageID, "e1")] + headers),
            payload: Samples.user().json)
        let outgoing = event.deadLetter(of: "notificator", reason: reason)
        return try #require(
            DeadLetter(
                Event(
                    sequence: sequence, id: outgoing.id, subject: outgoing.subject, time: Timestamp("2026-11-23T15:00:05.678Z")!,
                    headers: outgoing.headers, payload: outgoing.payload)))
    }

    private func table(_ letters: [DeadLetter]) -> [String] {
        let builder = Table.Builder()
        ShownDeadLetter.fill(builder, letters)
        return builder.table.render(style: .plain).split(separator: "\n").map(String.init)
    }

    @Test func linesFitATerminal() throws {
        let lines = table([
            try letter(String(repeating: "a long reason ", count: 20)), try letter("short", sequence: 123_456_789),
            try letter("s", subject: Subject("a.very.long.subject.of.another.program")), try letter("\u{1b}[2J 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字"),
        ])
        #expect(lines.count == 5)
        #expect(lines[0].hasPrefix("SEQ        AT                    GROUP        SUBJECT"))
        #expect(lines[1].hasPrefix("12         2026-11-23T15:00:05Z  notificator  user.created"))
        #expect(lines[1].hasSuffix("…"))
        for line in lines {
            #expect(line.columns <= 80, "\(line)")
            #expect(line.unicodeScalars.allSatisfy { !$0.isUnsafeToShow })
        }
    }

    @Test func secretsAreHidden() throws {
        let letter = try letter("password=canary", headers: [("Authorization", "Bearer canary"), ("X-Kept", "kept")])
        let shown = ShownDeadLetter(letter: letter, isWhole: true)
        var json = JSONWriter()
        json.value(shown)
        let text = json.text + shown.fields.map { "\($0.0)=\($0.1)" }.joined(separator: "\n")
        #expect(!text.contains("canary"))
        #expect(text.contains("kept"))
    }

    @Test func jsonTellsTheEvent() throws {
        var json = JSONWriter()
        json.value(ShownDeadLetter(letter: try letter("no user"), isWhole: true))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: Any])
        #expect(Set(object.keys) == ["seq", "time", "group", "reason", "subject", "event_seq", "event_id", "headers", "data"])
        #expect(object["seq"] as? Int == 12 && object["event_seq"] as? Int == 7)
        #expect(object["event_id"] as? String == "e1" && object["subject"] as? String == "user.created")
        #expect((object["data"] as? [String: Any])?["email"] as? String == "ada@example.com")
    }

    @Test func questionsNameWhat() throws {
        #expect(EventsDeadDropCommand.action([try letter("r")]) == "Drop dead letter 12 (user.created)")
        #expect(EventsDeadDropCommand.action([try letter("r"), try letter("r")]) == "Drop 2 dead letters")
    }
}
