import Foundation
import ShippyCore
import ShippyStory
import Testing

@testable import ShippyTUI

/// Every tab at every size that matters, as a file to look at. With `SHIPPY_GOLDEN=write` in the environment, the files are written.
@Suite struct GoldenFilesTests {
    static let sizes = [Size(width: 80, height: 24), Size(width: 120, height: 40), Size(width: 200, height: 60), Size(width: 20, height: 5)]

    @Test(arguments: PanelTab.allCases, sizes)
    func theScreenIsAsItWas(tab: PanelTab, size: Size) throws {
        var test = PanelUnderTest.filled(tab)
        test.size = size
        try expectGolden(&test, "\(tab.name)-\(size.width)x\(size.height)")
    }

    @Test func everyTabFitsEverySize() {
        for tab in PanelTab.allCases {
            for capabilities in [Capabilities(), Capabilities(isUnicode: false)] {
                for keys in ["", ":", "?", "X", "D", "/user", "!"] {
                    var test = PanelUnderTest.filled(tab)
                    test.capabilities = capabilities
                    test.type(keys)
                    for width in [1, 2, 3, 7, 8, 19, 20, 33, 60, 80, 119, 120, 133, 300] {
                        for height in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 24, 100] {
                            test.size = Size(width: width, height: height)
                            let screen = test.screen
                            #expect(screen.lines.count == height, "\(tab) \(keys) \(width)x\(height)")
                            let isWithin = screen.lines.allSatisfy { $0.spans.map(\.text.columns).reduce(0, +) <= width }
                            #expect(isWithin, "\(tab) \(keys) \(width)x\(height)")
                            #expect(screen.cursor.map { $0.column < width && $0.line < height } ?? true)
                        }
                    }
                }
            }
        }
    }

    /// Whatever comes from engines is escaped, in every tab.
    @Test(arguments: ["\u{1b}[2J\u{7}\r\n\u{7f}", "\u{1b}[2J\u{7}\u{9b}31m\u{202e}\r\n"])
    func nothingReachesTheTerminalRaw(evil: String) {
        for tab in PanelTab.allCases {
            for keys in ["", ":", "\n", "X", "/\(evil)"] {
                var test = PanelUnderTest(
                    [.sample("users\(evil)", 1, version: evil)], width: 200, height: 40, tab: tab,
                    context: Panel.Options.Context(name: evil, isProtected: false))
                test.receive(.users(.page([UserRow(.sample(1, name: evil, company: evil, email: evil))], isEnd: true)))
                test.receive(.mails(.page([.sample(1, .dead, reply: evil)], isEnd: true)))
                var event = EventRow.sample(1)
                (event.text, event.subject, event.headers, event.eventID) = (evil, evil, [evil], evil)
                test.receive(.events([event], created: [:]))
                test.receive(.overview(.bus(version: evil, .sample)))
                test.receive(.overview(.away(.store, reason: evil)))
                test.receive(.eventsLost(reason: evil))
                test.panel.story.open(StorySubject(.user, id: evil, name: evil, since: test.now.wall), from: .users)
                test.receive(.story(test.panel.story.subject!, [StoryStep(test.now.wall, .audit, .problem, evil, evil)], failure: nil))
                test.type(keys)
                let text = test.text.replacing("\n", with: "")
                #expect(!text.unicodeScalars.contains { $0.isUnsafeToShow }, "\(tab) \(keys.debugDescription)")
            }
        }
    }
}

/// Compares the screen with the file of this name.
func expectGolden(_ test: inout PanelUnderTest, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let text = test.text + "\n"
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name).txt")
    if ProcessInfo.processInfo.environment["SHIPPY_GOLDEN"] == "write" { try text.write(to: path, atomically: true, encoding: .utf8) }
    #expect(try text == String(contentsOf: path, encoding: .utf8), sourceLocation: sourceLocation)
}

extension BusStatus {
    static let sample = BusStatus(
        firstSequence: 1, lastSequence: 2034, bytes: 100_000, consumers: [Consumer(name: "welcome", lag: 3, inWork: 1)], deadLetters: 2)
}

extension PanelUnderTest {
    /// A panel that shows something in every tab.
    static func filled(_ tab: PanelTab) -> PanelUnderTest {
        var test = PanelUnderTest(.three, width: 80, height: 24, tab: tab)
        let names = [("Ada Lovelace", "Analytical Engines"), ("Grace Hopper", "US Navy"), ("日本 太郎", "株式会社"), ("", "")]
        let users = (1...200).reversed().map { number in
            UserRow.sample(
                number, name: names[number % 4].0, company: names[number % 4].1, state: number % 7 == 0 ? .disabled : .active)
        }
        test.wait(0)
        test.receive(.users(.page(users, isEnd: false)))
        let refused = "550 5.1.1 <ada@example.com>: Recipient address rejected: User unknown in local recipient table"
        let mails: [MailRow] = [
            .sample(9, .queued, attempts: 0, due: -1), .sample(8, .sending), .sample(7, .queued, attempts: 3, reply: "451 4.7.1 greylisted"),
            .sample(6, .dead, attempts: 12, reply: refused), .sample(5, .sent, reply: "250 2.0.0 Ok: queued as 4F2A"),
            .sample(4, .sent, reply: "250 Ok"),
        ]
        test.receive(.mails(.page(mails, isEnd: true)))
        let events = (1995...2034).map { EventRow.sample($0) } + [.sample(2035, "dead-letter.welcome"), .sample(2036, "user.deleted")]
        test.receive(.events(events, created: [:]))
        let second = test.now.wall.milliseconds / 1000
        test.receive(.events([], created: Dictionary(uniqueKeysWithValues: (1...100).map { (second - Int64($0), ($0 * 37) % 23) })))
        test.receive(
            .overview(
                .store(
                    version: "SQLite 3.45.1", users: 2000, mails: [.sent: 1990, .queued: 7, .sending: 1, .dead: 2],
                    outbox: OutboxStatus(pending: 12, oldestAge: 3.4),
                    dead: [Overview.Problem(at: mails[3].mail.createdAt, text: "mail to \(mails[3].name) was given up: \(mails[3].mail.lastReply)")]))
        )
        test.receive(.overview(.bus(version: "embedded log", .sample)))
        if tab == .story {
            test.panel.story.open(StorySubject(.user, id: users[0].id, name: "ada@example.com", since: users[0].user.createdAt), from: .users)
            let start = Timestamp("2026-01-02T03:04:05.000Z")!
            test.receive(
                .story(
                    test.panel.story.subject!,
                    [
                        StoryStep(start, .created, "user created", "ada@example.com, Ada Lovelace, role user; by anonymous from 127.0.0.1"),
                        StoryStep(start + .milliseconds(4), .event, "event 412", "user.created"),
                        StoryStep(start + .milliseconds(8), .mailQueued, "mail queued", "welcome to ada@example.com"),
                        StoryStep(start + .milliseconds(20), .mailTry, .problem, "mail try 1", "\(refused) (mx.example.com:25)"),
                        StoryStep(nil, .mailDead, .problem, "mail given up", refused),
                        StoryStep(start + .seconds(86_400), .next, .waiting, "mail try 2 of 12", "welcome to ada@example.com"),
                    ], failure: nil))
        }
        test.wait(3)
        return test
    }
}
