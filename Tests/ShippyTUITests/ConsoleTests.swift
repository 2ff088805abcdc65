import ShippyCore
import ShippyStory
import Testing

@testable import ShippyTUI

/// The tabs, and what can be done in them.
@Suite struct ConsoleTests {
    private func pages(_ test: PanelUnderTest) -> [String?] {
        test.effects.compactMap { if case .readPage(_, let after) = $0 { .some(after) } else { nil } }
    }

    // MARK: Tabs

    @Test func digitsAndTabShowTabs() {
        var test = PanelUnderTest(.three, tab: .overview)
        for tab in PanelTab.allCases {
            test.type(String(tab.rawValue + 1))
            #expect(test.panel.tab == tab)
        }
        test.press(.tab)
        #expect(test.panel.tab == .overview)
        test.press(.backTab)
        #expect(test.panel.tab == .story)
    }

    @Test func aTabKeepsItsFilterCursorOrderAndMarks() {
        var test = PanelUnderTest.filled(.users)
        test.type("/ada\n>jj ")
        let before = test.screen
        #expect(before.text.contains("filter: ada"))
        test.type("3/dead\n")
        #expect(test.text.contains("filter: dead"))
        test.type("2")
        test.wait(3)
        #expect(test.screen.text == before.text)
    }

    @Test func nothingIsReadForATabThatWasNeverShown() {
        var test = PanelUnderTest(.three)
        test.wait(5)
        #expect(!test.effects.contains { if case .followOverview = $0 { true } else { false } })
        #expect(pages(test).isEmpty)
        test.type("2")
        test.wait(1)
        #expect(pages(test) == [nil])
        #expect(test.effects.contains { if case .followOverview = $0 { true } else { false } })
    }

    // MARK: Pages

    /// Of a million users, only so many are kept. The line above the list says where the others are.
    @Test func aFullListSaysHowToFindTheRest() {
        var test = PanelUnderTest(height: 24, tab: .users)
        test.wait(1)
        test.receive(.users(.page((5001...9000).reversed().map { .sample($0) }, isEnd: false)))
        test.press(.end)
        test.wait(1)
        #expect(pages(test).count == 2)
        #expect(test.text.contains("4,000, more below"))
        test.receive(.users(.page((4001...5000).reversed().map { .sample($0) }, isEnd: false)))
        test.press(.end)
        test.wait(1)
        #expect(pages(test).count == 2)
        #expect(test.text.contains("5,000, more with a filter"))
    }

    @Test func theNextPageIsReadNearTheEnd() {
        var test = PanelUnderTest(height: 24, tab: .users)
        test.wait(1)
        test.receive(.users(.page((801...1000).reversed().map { .sample($0) }, isEnd: false)))
        test.wait(1)
        #expect(pages(test) == [nil, User.sample(801).id])
        test.receive(.users(.page((301...800).reversed().map { .sample($0) }, isEnd: false)))
        test.wait(1)
        #expect(pages(test).count == 2, "the end is far away")
        test.press(.end)
        test.wait(1)
        #expect(pages(test) == [nil, User.sample(801).id, User.sample(301).id])
        test.receive(.users(.page((1...300).reversed().map { .sample($0) }, isEnd: true)))
        test.wait(1)
        #expect(!test.text.contains("more below"))
        #expect(pages(test).count == 3)
    }

    @Test func aFailedPageIsReadAgainAMomentLater() {
        var test = PanelUnderTest(tab: .users)
        test.wait(0)
        test.receive(.users(.failed(reason: "cannot reach PostgreSQL at 10.1.1.1")))
        #expect(test.text.contains("stale for 0s, reconnecting: cannot reach PostgreSQL at 10.1.1.1"))
        test.wait(0.5)
        #expect(pages(test).count == 1)
        test.wait(0.6)
        #expect(pages(test).count == 2)
        test.receive(.users(.page([.sample(1)], isEnd: true)))
        #expect(test.text.contains("shippy live"))
    }

    @Test func aFilterAlsoSearchesWhatWasNotRead() {
        var test = PanelUnderTest.filled(.users)
        test.effects = []
        test.type("/zelda")
        guard case .search(.users, let wanted?, let after, let number)? = test.effects.last else {
            Issue.record("nothing is searched")
            return
        }
        #expect(wanted.filter.text == "zelda")
        #expect(after == User.sample(1).id)
        var old = UserRow.sample(1, name: "Zelda")
        old.user.id = "01a1fc02-0000-7000-8000-000000000001"
        old.user.email = EmailAddress(trusted: "z@example.com")
        test.receive(.users(.found([old], scanned: 5, .going, number: number - 1)))
        #expect(!test.text.contains("5 more looked at") && !test.text.contains("z@example.com"))
        test.receive(.users(.found([old], scanned: 1200, .going, number: number)))
        #expect(test.text.contains("1 of 2,000, searching: 1,200 more looked at"))
        #expect(test.text.contains("z@example.com"))
        test.receive(.users(.found([], scanned: 1500, .full, number: number)))
        #expect(test.text.contains("1 of 2,000, and more: type more to find them"))
        test.receive(.users(.found([], scanned: 1800, .complete, number: number)))
        #expect(test.text.contains("1 of 2,000  filter"))
        test.press(.escape)
        #expect(!test.text.contains("z@example.com"))
        guard case .search(.users, nil, _, _)? = test.effects.last else {
            Issue.record("the search goes on")
            return
        }
    }

    /// With a million users, the disabled ones may be anywhere.
    @Test func onlyProblemsAreAlsoSearchedInWhatWasNotRead() {
        var test = PanelUnderTest.filled(.users)
        test.effects = []
        test.type("!")
        guard case .search(.users, let wanted?, let after, let number)? = test.effects.last else {
            Issue.record("nothing is searched")
            return
        }
        #expect(after == User.sample(1).id)
        #expect(wanted.matching([UserRow.sample(7, state: .disabled), .sample(8)]).map(\.id) == [User.sample(7).id])
        var old = UserRow.sample(1, state: .disabled)
        old.user.id = "01a1fc02-0000-7000-8000-000000000001"
        old.user.email = EmailAddress(trusted: "z@example.com")
        test.receive(.users(.found([old], scanned: 1200, .going, number: number)))
        #expect(test.text.contains("29 of 2,000, searching: 1,200 more looked at…  only problems"))
        test.size.height = 60
        #expect(test.text.contains("z@example.com"))
        // The pages are not read meanwhile: they are searched.
        test.wait(3)
        #expect(!test.effects.contains { if case .readPage = $0 { true } else { false } })
        test.type("!")
        #expect(!test.text.contains("z@example.com"))
        guard case .search(.users, nil, _, _)? = test.effects.last else {
            Issue.record("the search goes on")
            return
        }
    }

    /// Room that is too small for another column goes to those that were cut.
    @Test func noTextIsCutWhileThereIsRoom() {
        var test = PanelUnderTest.filled(.users)
        #expect(test.text.contains("Grace Hopper  US Navy"))
        #expect(test.text.contains("Ada Lovelace  Analytical Engines\n"))
        test.size = Size(width: 20, height: 5)
        #expect(test.text.contains("> ✓  user200@exampl…"))
    }

    @Test func theOverviewTellsOfInstancesThatDied() {
        var test = PanelUnderTest(.three, width: 120, height: 30, tab: .overview)
        test.change(.delete(Instance.sample("notificator", 1).key, reason: .deregistered))
        #expect(test.text.contains("none since the panel was opened"))
        test.change(.delete(Instance.sample("users", 1).key, reason: .expired), .delete(Instance.sample("users", 2).key, reason: .expired))
        #expect(test.text.contains("2 instances of users expired without being deregistered"))
        test.load((1...9).map { .sample("service\($0)", $0) })
        test.receive(.changes((1...9).map { .delete(Instance.sample("service\($0)", $0).key, reason: .expired) }, count: 9, revision: 20))
        #expect(test.text.contains("instances of 9 services expired"))
        #expect(test.text.contains("of service5 expired") && !test.text.contains("of service6 expired"))
    }

    @Test func escapeClearsTheFilterThenTheMarks() {
        var test = PanelUnderTest.filled(.users)
        test.type("  /user1\n")
        #expect(test.text.contains("2 marked"))
        test.press(.escape)
        #expect(!test.text.contains("filter: user1") && test.text.contains("2 marked"))
        test.press(.escape)
        #expect(!test.text.contains("marked"))
        test.press(.escape)
        #expect(test.text.contains("q quits"))
    }

    @Test func theFooterOffersWhatTheUserNeeds() {
        var test = PanelUnderTest.filled(.users)
        #expect(test.text.contains("D disable") && !test.text.contains("E enable"))
        test.type("!")
        test.wait(7)
        #expect(!test.text.contains("D disable") && test.text.contains("E enable"))
        test.size.width = 120
        #expect(test.text.contains("! everything"))
    }

    /// The column may have no room on the screen.
    @Test func theOrderIsTold() {
        var test = PanelUnderTest.filled(.users)
        test.type(">")
        #expect(test.text.contains("sorted by id, ascending"))
        test.type("I")
        #expect(test.text.contains("sorted by id, descending"))
    }

    @Test func theCommandOfAStoryTellsTheSameOne() {
        var test = PanelUnderTest.filled(.events)
        var event = EventRow.sample(3000, "ship.left")
        (event.userID, event.email) = (nil, nil)
        test.receive(.events([event], created: [:]))
        test.type("\n")
        #expect(test.text.contains("story of event 3000 ship.left"))
        #expect(test.panel.showCommands == ["shippy story \(event.eventID)"])
        event = EventRow.sample(3001, "user.deleted")
        event.email = nil
        test.receive(.events([event], created: [:]))
        test.type("\u{1b}")
        test.wait(1)
        test.press(.home)
        test.type("\n")
        #expect(test.panel.showCommands == ["shippy story \(event.eventID)"])
    }

    @Test func linesOfTextBreakBetweenWords() {
        let lines = "after 12 tries: 550 5.1.1 <ada@example.com>: rejected".wrapped(to: 23)
        #expect(lines == ["after 12 tries: 550 ", "5.1.1 ", "<ada@example.com>: ", "rejected"])
        #expect("0123456789abcdef".wrapped(to: 10) == ["0123456789", "abcdef"])
    }

    @Test func aDeletedUserLeavesTheListAndANewOneJoinsIt() {
        var test = PanelUnderTest.filled(.users)
        let asked = test.effects.compactMap { if case .lookAgain(.users, let ids, let newest) = $0 { (ids, newest) } else { nil } }
        #expect(asked.last?.0.first == User.sample(200).id)
        #expect(asked.last?.1 == User.sample(200).id)
        test.receive(.users(.again([.sample(201, name: "New")], missing: [User.sample(200).id])))
        test.wait(1)
        #expect(test.panel.users.list.shown.count == 200)
        #expect(test.text.contains("New"))
        #expect(!test.text.contains("user200@"))
    }

    @Test func whatIsOnTheScreenIsReadAgainNowAndThen() {
        var test = PanelUnderTest(height: 16, tab: .users)
        func looks(_ test: PanelUnderTest) -> [[String]] {
            test.effects.compactMap { if case .lookAgain(.users, let ids, _) = $0 { ids } else { nil } }
        }
        test.wait(0)
        test.receive(.users(.page((1...100).reversed().map { .sample($0) }, isEnd: true)))
        test.wait(0)
        #expect(looks(test).map(\.first) == [User.sample(100).id])
        test.wait(5)
        #expect(looks(test).count == 1, "not before the answer")
        test.receive(.users(.again([.sample(100, state: .disabled), .sample(99)], missing: [])))
        #expect(test.text.contains("! disabled"))
        let screen = test.screen
        func isNews(_ name: String) -> Bool { screen.lines.contains { $0.spans.contains { $0.style.isBold && $0.text.contains(name) } } }
        #expect(isNews("user100@"))
        #expect(!isNews("user99@"), "that is no change")
        test.wait(0.1)
        #expect(looks(test).count == 2)
    }

    @Test func theNewestEventsStayOnTopUntilTheCursorMoves() {
        var test = PanelUnderTest.filled(.events)
        #expect(test.panel.events.selected?.id == 2036)
        test.receive(.events([.sample(2037)], created: [:]))
        test.wait(1)
        #expect(test.panel.events.selected?.id == 2037)
        test.press(.down)
        test.receive(.events([.sample(2038)], created: [:]))
        test.wait(1)
        #expect(test.panel.events.selected?.id == 2036)
        test.press(.home)
        #expect(test.panel.events.selected?.id == 2038)
    }

    @Test func oldEventsMakeRoomForNewOnes() {
        var test = PanelUnderTest(tab: .events)
        for start in 0..<6 { test.receive(.events((1...1000).map { EventRow.sample(start * 1000 + $0) }, created: [:])) }
        test.wait(1)
        #expect(test.panel.events.shown.count == Panel.eventLimit)
        #expect(test.panel.events.store.row(of: 1000) == nil)
        #expect(test.panel.events.store.row(of: 1001) != nil)
    }

    // MARK: Changes

    @Test(arguments: [("D", PanelCommand.Verb.disable), ("E", .enable), ("X", .delete)])
    func usersAreChangedAfterAQuestion(key: String, verb: PanelCommand.Verb) {
        var test = PanelUnderTest.filled(.users)
        test.type(key)
        #expect(test.text.contains("user user200@example.com? y/N"))
        test.type("n")
        #expect(test.commands.isEmpty)
        test.type("  \(key)")
        #expect(test.text.contains("2 users: user200@example.com, user199@example.com? y/N"))
        test.press(.enter)
        #expect(test.commands.isEmpty, "Enter takes the answer in capitals, which is no")
        test.type("\(key)y")
        #expect(test.commands == [PanelCommand(verb, [200, 199].map { .init(id: User.sample($0).id, name: "user\($0)@example.com") })])
        #expect(test.panel.users.list.marks.isEmpty)
    }

    @Test func onlyMailsThatCanBeRetriedAre() {
        var test = PanelUnderTest.filled(.mails)
        test.type("      R")
        #expect(test.text.contains("Retry 3 mails:"))
        test.type("y")
        #expect(test.commands.map { $0.targets.map(\.id) } == [[9, 7, 6].map { User.sample($0).id }])
        test.type("GR")
        #expect(test.text.contains("only queued, dead and cancelled mails can be tried again"))
    }

    /// Each only what can be changed so.
    @Test(arguments: [
        ("R", PanelCommand.Verb.retry, [9, 7], "only queued, dead and cancelled mails can be tried again"),
        ("S", .resend, [10, 9, 8], "only sent, dead and cancelled mails can be sent once more"),
        ("X", .cancel, [9, 7], "only queued and dead mails can be cancelled"),
    ])
    func mailsAreChangedAfterAQuestion(key: String, verb: PanelCommand.Verb, numbers: [Int], refusal: String) {
        var test = PanelUnderTest(tab: .mails)
        let states: [(Int, Mail.State)] = [(10, .sent), (9, .dead), (8, .sent), (7, .queued), (6, .sending)]
        test.receive(.mails(.page(states.map { .sample($0.0, $0.1) }, isEnd: true)))
        test.type("     \(key)")
        #expect(test.commands.isEmpty && test.text.contains("y/N"))
        test.type("y")
        #expect(test.commands == [PanelCommand(verb, numbers.map { .init(id: User.sample($0).id, name: "to user\($0)@example.com") })])
        #expect(test.commands[0].lines(nil)[0] == "shippy mail \(verb.rawValue) \(User.sample(numbers[0]).id)")
        test.type("G\(key)")
        #expect(test.text.contains(refusal))
        test.type("g:\(verb.rawValue)")
        #expect(test.text.contains("> \(key) "))
    }

    @Test func aMailIsShownOverTheList() {
        var test = PanelUnderTest(height: 10, tab: .mails)
        test.receive(.mails(.page([.sample(1, .sent)], isEnd: true)))
        test.type("b")
        let id = User.sample(1).id
        guard case .readBody(id)? = test.effects.last else {
            Issue.record("no mail is read")
            return
        }
        test.receive(.body(id: "another", lines: ["not this one"]))
        #expect(test.text.contains("loading the mail"))
        test.receive(.body(id: id, lines: ["Subject: Welcome", "", "evil \u{1b}[2J"] + (1...20).map { "line \($0)" }))
        #expect(test.text.contains("Subject: Welcome") && !test.text.contains("user1@example.com"))
        #expect(!test.text.contains("\u{1b}[2J"))
        test.type("G")
        #expect(test.text.contains("line 20") && !test.text.contains("Subject"))
        test.press(.escape)
        #expect(test.text.contains("user1@example.com") && !test.text.contains("line 20"))
        test.size = Size(width: 160, height: 30)
        test.type(":body")
        #expect(test.text.contains("shippy mail show \(id) --body"))
    }

    @Test func aReadOnlyConsoleChangesNothing() {
        for (tab, keys) in [(PanelTab.users, "DEX"), (.mails, "RSX")] {
            for key in keys {
                var test = PanelUnderTest(tab: tab, isReadOnly: true)
                test.receive(.users(.page([.sample(1)], isEnd: true)))
                test.receive(.mails(.page([.sample(1, .dead)], isEnd: true)))
                test.type("\(key)y")
                #expect(test.commands.isEmpty)
                #expect(test.text.contains("read-only"))
                test.type(":")
                #expect(!test.text.contains("shippy user delete"))
            }
        }
    }

    // MARK: The palette

    @Test func thePaletteHasEveryActionWithItsKeyAndCommand() {
        var test = PanelUnderTest.filled(.users)
        test.size = Size(width: 120, height: 60)
        test.type(":")
        for text in ["D ", "disable the marked or selected users", "shippy user disable user200@example.com", "shippy mail list", "filter:"] {
            #expect(test.text.contains(text), "\(text)")
        }
        test.type("delete")
        #expect(!test.text.contains("shippy mail list"))
        test.press(.control("y"))
        guard case .copy(let text)? = test.effects.last else {
            Issue.record("nothing is copied")
            return
        }
        #expect(text == "shippy user delete user200@example.com")
        test.type(":delete\n")
        #expect(test.text.contains("Delete user user200@example.com? y/N"), "it asks as the key does")
        test.type("n:story\n")
        #expect(test.panel.tab == .story)
    }

    @Test func commandsNameTheContextAndSurviveAShell() {
        var test = PanelUnderTest(tab: .users, context: Panel.Options.Context(name: "stag ing", isProtected: false))
        test.receive(.users(.page([UserRow(.sample(1, email: "o'brien@example.com"))], isEnd: true)))
        test.type(":delete")
        test.press(.control("y"))
        guard case .copy(let text)? = test.effects.last else {
            Issue.record("nothing is copied")
            return
        }
        #expect(text == #"shippy user delete 'o'\''brien@example.com' --context 'stag ing'"#)
    }

    // MARK: Stories

    @Test(arguments: [PanelTab.users, .mails, .events])
    func enterOpensAStoryAndEscapeReturnsToTheSameRow(tab: PanelTab) {
        var test = PanelUnderTest.filled(tab)
        test.type("jj")
        test.wait(1)
        let before = test.screen
        test.press(.enter)
        test.wait(0)
        #expect(test.panel.tab == .story)
        guard case .readStory(let subject)? = test.effects.last else {
            Issue.record("no story is read")
            return
        }
        test.receive(.story(subject, [StoryStep(test.now.wall, .created, "user created")], failure: nil))
        #expect(test.text.contains("user created"))
        test.press(.escape)
        #expect(test.panel.tab == tab)
        #expect(test.screen.text == before.text)
    }

    // MARK: The registry

    @Test func whatLeftStaysInTheHistoryWithTheReason() {
        var test = PanelUnderTest(.three, service: "users")
        test.change(.delete(Instance.sample("users", 2).key, reason: .expired))
        test.wait(RegistryModel.departureTime)
        #expect(!test.text.contains("10.0.0.2:80"))
        test.type("H")
        #expect(test.text.contains("10.0.0.2:80"))
        #expect(test.text.contains("expired"))
        #expect(test.text.contains("5s ago"))
        test.type("H")
        #expect(!test.text.contains("10.0.0.2:80"))
    }

    @Test func oneKeyShowsOnlyProblems() {
        var test = PanelUnderTest(.three)
        test.type("\n!")
        #expect(test.shown == ["10.0.0.2:80"])
        #expect(test.text.contains("only problems"))
        test.type("!")
        #expect(test.shown.count == 3)
        test.type("1")
        var mails = PanelUnderTest.filled(.mails)
        mails.type("!")
        #expect(mails.panel.mails.list.shown.count == 2)
    }

    @Test func numbersAreInTheirNaturalOrder() {
        var test = PanelUnderTest([240, 9, 40, 100].map { .sample("users", $0) }, service: "users")
        #expect(test.shown == [9, 40, 100, 240].map { "10.0.0.\($0):80" })
        #expect(NaturalOrder.precedes("a2", "a10") == true)
        #expect(NaturalOrder.precedes("a02", "a2") == false)
        #expect(NaturalOrder.precedes("a2", "a2") == nil)
        #expect(NaturalOrder.precedes("a", "a1") == true)
        #expect(NaturalOrder.precedes("10.0.0.40", "10.0.0.240") == true)
    }

    @Test func aColumnThatRepeatsAnotherIsLeftOut() {
        var test = PanelUnderTest(.three, width: 110)
        test.type("\n")
        #expect(!test.text.contains("ADDRESS"))
        var other = Instance.sample("users", 7)
        other.address = "10.9.9.9:80"
        test.change(.put(other))
        #expect(test.text.contains("ADDRESS"))
    }

    // MARK: The mouse

    @Test func clicksSelectAndOpen() {
        var test = PanelUnderTest.filled(.users)
        let line = test.text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains("user198@") }!
        test.click(line: line, column: 5)
        #expect(test.panel.users.list.selected?.name == "user198@example.com")
        test.click(line: line, column: 5)
        #expect(test.panel.tab == .story)
        let tabs = test.text.split(separator: "\n")[1]
        let column = tabs.firstRange(of: "mails").map { tabs.distance(from: tabs.startIndex, to: $0.lowerBound) }
        test.click(line: 1, column: column ?? 0)
        #expect(test.panel.tab == .mails)
    }

    @Test func theWheelScrollsAndKeepsTheSelectionOnTheScreen() {
        var test = PanelUnderTest.filled(.users)
        test.panel.scroll(by: 3, test.now)
        #expect(test.panel.users.list.cursor.top == 3)
        #expect(test.panel.users.list.selected?.name == "user197@example.com")
        test.panel.scroll(by: -10, test.now)
        #expect(test.panel.users.list.cursor.top == 0)
        #expect(test.panel.users.list.selected?.name == "user197@example.com")
    }

    // MARK: The overview

    @Test func anEngineThatIsAwaySaysSoAndWhatIsStale() {
        var test = PanelUnderTest.filled(.overview)
        test.receive(.overview(.away(.store, reason: "cannot reach PostgreSQL at 10.1.1.1:5432")))
        test.wait(12)
        test.receive(.overview(.away(.store, reason: "cannot reach PostgreSQL at 10.1.1.1:5432")))
        test.size = Size(width: 160, height: 30)
        #expect(test.text.contains("away for 12s: cannot reach PostgreSQL at 10.1.1.1:5432; users, outbox and mails are as of then"))
        #expect(test.text.ranges(of: "  cannot reach PostgreSQL").count == 1, "the outage is one problem")
        test.receive(.overview(.store(version: "PostgreSQL 16", users: 1, mails: [:], outbox: .empty, dead: [])))
        #expect(test.text.contains("✓ store PostgreSQL 16"))
    }

    @Test func aQuietOverviewIsLeftAlone() {
        var test = PanelUnderTest(.three, tab: .overview)
        test.wait(1)
        test.receive(.overview(.store(version: "SQLite 3", users: 1, mails: [.sent: 1], outbox: .empty, dead: [])))
        test.receive(.overview(.bus(version: "log", .sample)))
        let screen = test.screen
        test.wait(30)
        test.receive(.overview(.store(version: "SQLite 3", users: 1, mails: [.sent: 1], outbox: .empty, dead: [])))
        #expect(test.screen == screen)
    }

    // MARK: From a story

    private func story(_ steps: [StoryStep], isReadOnly: Bool = false) -> PanelUnderTest {
        var test = PanelUnderTest(tab: .users, isReadOnly: isReadOnly)
        test.receive(.users(.page([.sample(1)], isEnd: true)))
        test.type("\n")
        test.wait(0)
        test.receive(.story(test.panel.story.subject!, steps, failure: nil))
        return test
    }

    private func step(_ kind: StoryStep.Kind, _ number: Int, _ members: [(String, String)] = [], seq: Int64? = nil) -> StoryStep {
        let at = User.sample(1).createdAt + .seconds(number)
        let to = members.first { $0.0 == "to" }?.1 ?? ""
        var step = StoryStep(
            at, kind, kind == .mailDead ? .problem : .done, "\(kind.rawValue) \(number)", to.isEmpty ? "" : "welcome to \(to)", key: "\(number)")
        for (name, value) in members { step.add(name, value) }
        step.add("seq", seq)
        return step
    }

    private var twoMails: [StoryStep] {
        [
            step(.created, 0, [("user_id", User.sample(1).id)]), step(.mailQueued, 1, [("mail_id", "mail-1"), ("to", "old@example.com")]),
            step(.mailDead, 2, [("mail_id", "mail-1")]), step(.eventDead, 3, [("group", "welcome")], seq: 12),
            step(.mailQueued, 4, [("mail_id", "mail-2"), ("to", "new@example.com")]), step(.mailDead, 5, [("mail_id", "mail-2")]),
        ]
    }

    /// The last step is what somebody wants to act on first.
    @Test func aStoryIsMendedWhereItWentWrong() {
        var test = story(twoMails)
        #expect(test.text.contains(">! "))
        test.type("Sy")
        #expect(test.commands == [PanelCommand(.resend, [.init(id: "mail-2", name: "welcome to new@example.com")])])
        test.type("kkkRy")
        #expect(test.commands.last == PanelCommand(.retry, [.init(id: "mail-1", name: "welcome to old@example.com")]))
        test.type("kkR")
        #expect(test.text.contains("Replay dead letter 12 of welcome? y/N"))
        test.type("y")
        #expect(test.commands.last == PanelCommand(.replay, [.init(id: "12", name: "12 of welcome")]))
        test.type("kkXy")
        #expect(test.commands.last == PanelCommand(.drop, [.init(id: "12", name: "12 of welcome")]))
        test.type("Dy")
        #expect(test.commands.last == PanelCommand(.disable, [.init(id: User.sample(1).id, name: "user1@example.com")]))
        #expect(test.panel.tab == .story)
    }

    @Test func aDeadLetterIsSettledOnce() {
        var test = story([step(.eventDead, 3, [("group", "welcome")], seq: 12), step(.eventReplayed, 4, [("dead_letter", "12")], seq: 13)])
        test.type("kR")
        #expect(test.commands.isEmpty && test.text.contains("there is no dead letter in this story"))
        test.type("g:retry")
        #expect(!test.text.contains("shippy events dead replay"))
    }

    @Test func aReadOnlyPanelMendsNothing() {
        var test = story(twoMails, isReadOnly: true)
        for key in ["R", "S", "X", "D", "e"] {
            test.type("\(key)y")
            #expect(test.text.contains("the panel is read-only"), "\(key)")
        }
        #expect(test.commands.isEmpty)
    }

    @Test func whoHasDoneSomethingSeesWhatComesOfIt() {
        var test = story(twoMails)
        test.type("Sy")
        test.receive(.story(test.panel.story.subject!, twoMails + [step(.mailQueued, 9)], failure: nil))
        #expect(test.panel.story.selected?.key == "mail-queued 9")
        test.receive(.story(test.panel.story.subject!, twoMails + [step(.mailQueued, 9), step(.mailDead, 10)], failure: nil))
        test.receive(.story(test.panel.story.subject!, twoMails + [step(.mailDead, 10), step(.mailSent, 11)], failure: nil))
        #expect(test.panel.story.selected?.key == "mail-sent 11")
        test.type("kk")
        test.receive(.story(test.panel.story.subject!, twoMails + [step(.mailDead, 10), step(.mailSent, 11)], failure: nil))
        #expect(test.panel.story.selected?.key == "mail-dead 5")
    }

    /// New steps come below the one that somebody looks at.
    @Test func theCursorOfAStoryStaysAtItsStep() {
        var test = story(twoMails)
        test.type("kk")
        test.receive(.story(test.panel.story.subject!, [step(.created, -1)] + twoMails + [step(.mailSent, 9)], failure: nil))
        #expect(test.panel.story.selected?.kind == .eventDead)
        test.type("G")
        test.receive(.story(test.panel.story.subject!, twoMails + [step(.mailSent, 9), step(.disabled, 10)], failure: nil))
        #expect(test.panel.story.selected?.kind == .disabled, "who looks at the end sees what comes")
        test.receive(.story(test.panel.story.subject!, twoMails + [step(.disabled, 10), step(.mailDead, 11)], failure: nil))
        test.receive(.story(test.panel.story.subject!, twoMails + [step(.mailDead, 11), step(.mailSent, 12)], failure: nil))
        #expect(test.panel.story.selected?.key == "mail-dead 11", "who looks at a problem has something to do about it")
    }

    @Test(arguments: [
        ("\u{8}ada@example.com", "email=\u{8}ada@example.com", "shippy user update user1@example.com --email ada@example.com"),
        ("name=Ada King", "name=Ada King", "shippy user update user1@example.com --name 'Ada King'"),
        ("role=operator", "role=operator", "shippy user set-role user1@example.com operator"),
    ])
    func aUserIsEdited(typed: String, shown: String, command: String) throws {
        for tab in [PanelTab.users, .story] {
            var test = tab == .story ? story(twoMails) : story([])
            if tab == .users { test.press(.escape) }
            test.type("e")
            if !typed.contains("@") { test.press(.control("u")) }
            test.type(typed.replacing("\u{8}", with: ""))
            test.press(.enter)
            #expect(test.text.contains("? y/N"))
            test.type("y")
            let change = try #require(test.commands.first)
            #expect(change.lines(nil) == [command])
            #expect(change.edit == (try UserEdit(shown.replacing("\u{8}", with: ""))))
        }
    }

    @Test(arguments: [("email=nobody", "nobody"), ("role=king", "the roles are"), ("age=12", "type one of"), ("email=", "email")])
    func whatCannotBeSetIsSaid(typed: String, reason: String) {
        var test = story(twoMails)
        test.type("e")
        test.press(.control("u"))
        test.type(typed)
        test.press(.enter)
        #expect(test.text.contains(reason) && test.text.contains(typed), "what was typed stays")
        test.press(.escape)
        #expect(test.commands.isEmpty)
    }

    // MARK: Between the lists

    @Test func aUsersMailsAreShownAndBack() {
        var test = PanelUnderTest(tab: .users)
        test.receive(.users(.page((1...3).reversed().map { .sample($0) }, isEnd: true)))
        test.type("jm")
        #expect(test.panel.tab == .mails && test.panel.filter.text == "user=\(User.sample(2).id)")
        var mine = MailRow.sample(7, .dead)
        mine.mail.userID = User.sample(2).id
        test.receive(.mails(.found([mine], scanned: 1, .complete, number: 1)))
        test.receive(.mails(.page([.sample(5, .sent)], isEnd: true)))
        #expect(test.text.contains("user7@example.com") && !test.text.contains("user5@example.com"))
        test.type("u")
        #expect(test.panel.tab == .users && test.panel.filter.text == "id=\(User.sample(2).id)")
        test.press(.escape)
        #expect(test.panel.tab == .mails)
        test.press(.escape)
        #expect(test.panel.filter.text.isEmpty)
    }

    @Test func escGoesBackToWhereTheKeyWasPressed() {
        var test = PanelUnderTest(tab: .users)
        test.receive(.users(.page((1...3).reversed().map { .sample($0) }, isEnd: true)))
        test.type("jm")
        test.press(.escape)
        #expect(test.panel.tab == .users && test.panel.users.list.selected?.id == User.sample(2).id)
        test.type("3")
        #expect(test.panel.filter.text.isEmpty)
        // A mail of an earlier release.
        test.receive(.mails(.page([.sample(5, .sent)], isEnd: true)))
        test.type("u")
        #expect(test.panel.tab == .mails && test.text.contains("nothing tells whose it is"))
    }

    /// What nobody sees must not be changed.
    @Test func marksThatAFilterHidesAreNotActedOn() {
        var test = PanelUnderTest(tab: .users)
        test.receive(.users(.page((1...3).reversed().map { .sample($0) }, isEnd: true)))
        test.type("   /user2\nDy")
        #expect(test.commands == [PanelCommand(.disable, [.init(id: User.sample(2).id, name: "user2@example.com")])])
        #expect(test.panel.users.list.marks == [User.sample(1).id, User.sample(3).id])
    }

    @Test func deadLettersAreReplayedInTheirList() {
        var test = PanelUnderTest(tab: .events)
        test.receive(.events([.sample(3), .sample(4, "dead-letter.welcome")], created: [:]))
        test.type("Ry")
        #expect(test.commands == [PanelCommand(.replay, [.init(id: "4", name: "4 of welcome")])])
        test.type("jR")
        #expect(test.text.contains("only dead letters can be replayed"))
    }
}
