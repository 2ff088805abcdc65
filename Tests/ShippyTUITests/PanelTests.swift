import Foundation
import ShippyCore
import Testing

@testable import ShippyTUI

@Suite struct PanelTests {
    private let many = (1...40).map { Instance.sample("users", $0) }

    // MARK: The cursor

    @Test func theCursorStaysWithItsInstance() {
        var test = PanelUnderTest([.sample("users", 2), .sample("users", 4)], service: "users")
        test.press(.down)
        #expect(test.selected == "10.0.0.4:80")
        test.wait(1)
        test.change(.put(.sample("users", 1)), .put(.sample("users", 3)))
        #expect(test.shown == ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80", "10.0.0.4:80"])
        #expect(test.selected == "10.0.0.4:80")
    }

    @Test func theCursorTakesTheNeighbourOfOneThatIsGone() {
        var test = PanelUnderTest([.sample("users", 1), .sample("users", 2), .sample("users", 3)], service: "users")
        test.press(.down)
        test.wait(1)
        test.change(.delete(Instance.sample("users", 2).key, reason: .expired))
        #expect(test.selected == "10.0.0.2:80", "it is still shown for a moment")
        test.wait(RegistryModel.departureTime)
        #expect(test.shown == ["10.0.0.1:80", "10.0.0.3:80"])
        #expect(test.selected == "10.0.0.3:80")
    }

    @Test func oneThatIsFollowedIsWaitedFor() {
        var test = PanelUnderTest([.sample("users", 1), .sample("users", 2), .sample("users", 3)], service: "users")
        test.press(.down)
        test.type("F")
        test.wait(1)
        test.change(.delete(Instance.sample("users", 2).key, reason: .expired))
        test.wait(RegistryModel.departureTime)
        #expect(test.text.contains("following 10.0.0.2:80, which is gone"))
        test.change(.put(.sample("users", 2)))
        test.wait(1)
        #expect(test.selected == "10.0.0.2:80")
        #expect(test.panel.model.instances.cursor.isFollowing)
        test.press(.up)
        #expect(!test.panel.model.instances.cursor.isFollowing)
    }

    @Test func theOrderStandsStillWhileTheCursorMoves() {
        var test = PanelUnderTest([.sample("users", 2), .sample("users", 4)], service: "users")
        test.press(.down)
        test.change(.put(.sample("users", 1)))
        #expect(test.shown == ["10.0.0.2:80", "10.0.0.4:80"])
        test.wait(0.6)
        #expect(test.shown == ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.4:80"])
    }

    @Test func keysPageThroughAList() {
        var test = PanelUnderTest(many, height: 14, service: "users")
        let first = test.shown[0]
        test.press(.end)
        #expect(test.selected == test.shown.last)
        test.type("g")
        #expect(test.selected == first)
        test.press(.pageDown)
        #expect(test.panel.model.instances.cursor.index == 7)
        test.press(.control("u"))
        #expect(test.panel.model.instances.cursor.index == 4)
    }

    // MARK: Finding

    @Test(arguments: [
        ("10.0.0.3", ["10.0.0.3:80"]), ("USERS zone=b", ["10.0.0.2:80"]), ("!zone=b", ["10.0.0.1:80", "10.0.0.3:80"]),
        ("re:0\\.[12]:", ["10.0.0.1:80", "10.0.0.2:80"]), ("!re:0\\.[12]:", ["10.0.0.3:80"]),
        ("re:^10\\.\\d.*[^13]:80$", ["10.0.0.2:80"]), ("re:BLUE", ["10.0.0.2:80"]), ("version=2", ["10.0.0.3:80"]),
        ("state=exp", ["10.0.0.2:80"]), ("nobody", []), ("", ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"]),
    ])
    func filters(text: String, expected: [String]) {
        let instances: [Instance] = [
            .sample("users", 1), .sample("users", 2, left: 2, metadata: ["Zone": "Blue"]), .sample("users", 3, version: "2.1"),
        ]
        var test = PanelUnderTest(instances, service: "users")
        test.type("/\(text)")
        #expect(test.shown == expected)
        test.press(.escape)
        #expect(test.shown.count == 3, "Esc brings back what was there")
    }

    @Test func aFilterThatCannotBeReadSaysSo() {
        var test = PanelUnderTest(.three, service: "users")
        test.type("/re:(")
        #expect(test.text.contains("missing closing parenthesis"))
        #expect(test.shown.count == 2)
    }

    @Test func anExpressionThatWouldTakeYearsIsGivenUp() {
        let instances = (1...300).map { Instance.sample("users", $0, metadata: ["trail": String(repeating: "a", count: 60)]) }
        var test = PanelUnderTest(instances, width: 100, service: "users")
        test.type("/re:(a+)+[xz]")
        #expect(test.shown.isEmpty)
        #expect(test.text.contains("takes too long"))
        test.type("\n")
        #expect(test.text.contains("takes too long"))
    }

    @Test func theLastFilterIsFoundAgain() {
        var test = PanelUnderTest(many, service: "users")
        test.type("/.25:\n\u{1b}gn")
        #expect(test.selected == "10.0.0.25:80")
        test.type("/.7:\n\u{1b}N")
        #expect(test.selected == "10.0.0.7:80")
    }

    /// What a column sorts by, as text in that order: written out once more, so that the code's own order does not measure itself.
    private func sorting(_ column: InstanceColumn, _ row: InstanceRow) -> String {
        let instance = row.instance
        // Numbers have the same count of digits.
        return switch column {
        case .state: "\([InstanceState.alive, .expiring, .unreachable, .gone, .foreign].firstIndex(of: row.state)!)"
        case .service: instance.service
        case .id: instance.id
        case .address: instance.address
        case .protocol: instance.protocol
        case .version: instance.version
        case .left: "\(Int(row.leaseEnd!) + 10_000)"
        case .age: "\(9_000_000_000_000 - instance.registeredAt!.milliseconds)"
        case .metadata: "zone=\(instance.metadata["zone"]!)"
        }
    }

    @Test func changesKeepTheOrderThatSortingWouldMake() {
        func randomInstance() -> Instance {
            var instance = Instance.sample(
                "users", .random(in: 1...30), left: Double(Int.random(in: 1...10)), version: "\(Int.random(in: 1...3))",
                metadata: ["zone": "\(Int.random(in: 1...3))"])
            instance.address = "10.0.1.\(Int.random(in: 1...5)):80"
            instance.protocol = Bool.random() ? "grpc" : "http"
            instance.registeredAt = instance.registeredAt.map { $0 + .seconds(Int.random(in: 1...5)) }
            return instance
        }
        for column in InstanceColumn.allCases {
            for isDescending in [false, true] {
                var test = PanelUnderTest([], width: 200, height: 20, service: "users")
                test.panel.registry.model.instances.setOrder(RowOrder(column: column, isDescending: isDescending))
                for _ in 0..<30 {
                    let changes = (0..<5).map { _ -> RegistryChange in
                        let instance = randomInstance()
                        return Int.random(in: 0...3) == 0 ? .delete(instance.key, reason: .expired) : .put(instance)
                    }
                    test.receive(.changes(changes, count: 5, revision: 0))
                    test.wait(1)
                    let rows = test.panel.model.instances.shown.map { test.panel.model.instances.store.rows[$0]! }
                    let sorted = rows.sorted { left, right in
                        let (first, second) = (sorting(column, left), sorting(column, right))
                        func precedes(_ one: String, _ other: String) -> Bool { one.compare(other, options: .numeric) == .orderedAscending }
                        return first == second ? precedes(left.instance.id, right.instance.id) : precedes(first, second) != isDescending
                    }
                    #expect(rows.map(\.instance.id) == sorted.map(\.instance.id), "\(column)")
                    #expect(rows.count == test.panel.model.instances.store.rows.count { $0 != nil })
                }
            }
        }
    }

    // MARK: States

    @Test func statesComeFromLeasesProbesAndTheRegistry() {
        var test = PanelUnderTest(
            [.sample("users", 1), .sample("users", 2, metadata: [Instance.foreignMark: "go-kit"], lease: 0)], service: "users")
        let key = Instance.sample("users", 1).key
        func state(_ test: PanelUnderTest) -> InstanceState? { test.panel.model.row(of: key)?.state }
        #expect(test.panel.model.counts[.foreign] == 1)
        #expect(state(test) == .alive)
        test.receive(.timeLeft([key: 4.9], asked: [key]))
        #expect(state(test) == .expiring)
        test.receive(.timeLeft([key: 9], asked: [key]))
        #expect(state(test) == .alive)
        test.receive(.probed(key, .failed("refused")))
        #expect(state(test) == .unreachable)
        test.receive(.probed(key, .answered(after: .milliseconds(3))))
        #expect(state(test) == .alive)
        test.change(.delete(key, reason: .expired))
        #expect(state(test) == .gone)
        #expect(test.text.contains("expired"))
        #expect(test.panel.model.counts.living == 1)
        test.wait(RegistryModel.departureTime)
        #expect(state(test) == nil)
        #expect(test.panel.model.counts[.gone] == 0)
    }

    @Test func aNewLoadTellsWhatIsGone() {
        var test = PanelUnderTest(.three, service: "users")
        test.load([.sample("users", 1), .sample("users", 5)], revision: 9)
        #expect(test.panel.model.row(of: Instance.sample("users", 2).key)?.state == .gone)
        test.wait(RegistryModel.departureTime)
        #expect(test.shown == ["10.0.0.1:80", "10.0.0.5:80"])
    }

    @Test func aLostRegistryIsToldOfAndDimmed() {
        var test = PanelUnderTest(.three, service: "users")
        test.receive(.lost(reason: "cannot reach etcd at 10.1.1.1:2379"))
        test.wait(5)
        let screen = test.screen
        #expect(screen.text.contains("stale for 5s, reconnecting: cannot reach etcd at 10.1.1.1:2379"))
        #expect(screen.text.contains("10.0.0.2:80"))
        #expect(screen.text.contains(" 9s"), "countdowns stand still")
        let row = screen.lines.first { $0.spans.contains { $0.text.contains("10.0.0.2:80") } }
        #expect(row?.spans.allSatisfy { $0.style.isDim } == true)
        test.load(.three, revision: 8)
        #expect(test.text.contains("shippy live"))
    }

    // MARK: Doing

    @Test func deregisteringAsksFirst() {
        var test = PanelUnderTest([.sample("users", 1), .sample("users", 2)], service: "users")
        test.type("  X")
        #expect(test.text.contains("Deregister 2: users 10.0.0.1:80, users 10.0.0.2:80? y/N"))
        test.type("n")
        #expect(test.effects.isEmpty)
        test.type("G gX")
        test.press(.control("c"))
        #expect(test.effects.isEmpty, "Ctrl-C closes the question")
        test.type("X")
        test.press(.enter)
        #expect(test.effects.isEmpty, "Enter takes the answer in capitals, which is no")
        #expect(!test.text.contains("y/N"))
        test.type("Xy")
        #expect(test.commands == [PanelCommand(.deregister, [.init(Instance.sample("users", 1))])])
    }

    @Test func headerAndQuestionNameTheContext() {
        var test = PanelUnderTest(
            [.sample("users", 1), .sample("users", 2)], service: "users", context: Panel.Options.Context(name: "staging", isProtected: false))
        #expect(test.text.contains("shippy staging  live"))
        test.type("X")
        #expect(test.text.contains("Deregister users 10.0.0.1:80 in staging? y/N"))
        test.type("y")
        #expect(test.commands.map(\.verb) == [.deregister])
    }

    @Test func aProtectedContextWantsItsNameTyped() {
        var test = PanelUnderTest(
            [.sample("users", 1), .sample("users", 2)], service: "users", context: Panel.Options.Context(name: "production", isProtected: true))
        #expect(test.text.contains("shippy production  live"))
        for answer in ["y\n", "\n", "Production\n", "prod\n", "production\u{1b}", "production x\n"] {
            test.type("X")
            #expect(test.text.contains("Deregister users 10.0.0.1:80 in production? Type production:"))
            test.type(answer)
            #expect(test.text.contains("nothing was deregistered"), "\(answer)")
            #expect(test.effects.isEmpty, "\(answer)")
        }
        test.type("Xproductiom")
        test.press(.backspace)
        test.type("n")
        #expect(test.text.contains("Type production: production"))
        #expect(test.effects.isEmpty)
        test.type("\n")
        #expect(test.commands == [PanelCommand(.deregister, [.init(Instance.sample("users", 1))])])
    }

    /// However long the names, the question and the answer are on the screen.
    @Test func aNarrowPanelShowsTheWholeQuestion() {
        var test = PanelUnderTest(
            [.sample("users", 1), .sample("users", 2)], width: 70, service: "users",
            context: Panel.Options.Context(name: "production", isProtected: true))
        test.type("  Xproduction")
        #expect(test.text.contains(" in production? Type production: production"))
    }

    @Test func someThingsAreNeverDeregistered() {
        var readOnly = PanelUnderTest(.three, service: "users", isReadOnly: true)
        readOnly.type("X")
        #expect(readOnly.effects.isEmpty)
        #expect(readOnly.text.contains("the panel is read-only"))
        var foreign = PanelUnderTest([.sample("users", 1, metadata: [Instance.foreignMark: "go-kit"])], service: "users")
        foreign.type("X")
        #expect(foreign.text.contains("registered by a go-kit program"))
        #expect(foreign.commands.isEmpty)
    }

    @Test func aFrozenPanelSaysHowManyChangesWait() {
        var test = PanelUnderTest(.three, service: "users")
        test.type("Z")
        test.panel.setWaiting(1234)
        #expect(test.text.contains("frozen, 1,234 changes waiting (Z resumes)"))
        test.wait(10)
        #expect(test.effects.isEmpty, "nothing is asked for")
        test.type("Z")
        #expect(!test.panel.isFrozen)
    }

    @Test func copiesAndExportsWhatIsChosen() {
        var test = PanelUnderTest([.sample("users", 1), .sample("users", 2), .sample("users", 3)], service: "users")
        test.type(" j y")
        guard case .copy(let text)? = test.effects.last else {
            Issue.record("nothing is copied")
            return
        }
        #expect(text == "10.0.0.1:80\n10.0.0.3:80")
        test.type("w\n")
        guard case .export(let path, let rows)? = test.effects.last else {
            Issue.record("nothing is exported")
            return
        }
        #expect(path == "users.csv")
        #expect(rows.count == 3)
    }

    // MARK: Keys

    @Test func noKeyIsBoundTwice() {
        for tab in PanelTab.allCases {
            let keys = KeyBinding.all.filter { $0.tabs.contains(tab) }.flatMap { $0.keys.flatMap(\.self) }
            #expect(Set(keys).count == keys.count, "\(tab)")
        }
        for binding in KeyBinding.all { #expect(binding.keys.allSatisfy { $0.count == binding.actions.count }, "\(binding.keyNames)") }
    }

    @Test func theHelpListsEveryKey() {
        for tab in PanelTab.allCases {
            var test = PanelUnderTest(.three, width: 200, height: 100, tab: tab)
            test.type("?")
            let text = test.text
            for binding in KeyBinding.all where binding.tabs.contains(tab) {
                #expect(text.contains("\(binding.keyNames)  "))
                #expect(text.contains("  \(binding.description)"))
            }
        }
    }

    @Test func theHelpHasItsKeysToItself() {
        var test = PanelUnderTest(.three, height: 12)
        test.type("?jX ")
        #expect(!test.text.contains("Moving"), "j scrolls by a line, Space by a screen")
        test.press(.home)
        #expect(test.text.contains("Moving"))
        test.type("q")
        #expect(!test.text.contains("Moving"))
        #expect(test.effects.isEmpty, "q closes the help, and nothing else was done")
    }

    @Test func leftLeavesAViewAndKeepsItsFilter() {
        var test = PanelUnderTest(.three)
        test.type("\n/users\n")
        test.press(.left)
        #expect(test.panel.registry.view == .services)
        test.press(.enter)
        test.type("/users\n\u{1b}")
        #expect(test.panel.registry.view == .instances(service: nil), "Esc clears the filter first")
        #expect(test.panel.filter.text.isEmpty)
        test.press(.backspace)
        #expect(test.panel.registry.view == .services)
    }

    // MARK: The clock

    @Test func onlyLeasesOnTheScreenAreAskedForAtOnce() {
        var test = PanelUnderTest((1...2000).map { .sample("users", $0) }, height: 14, service: "users")
        test.wait(1)
        let asked = test.effects.compactMap { if case .askTimeLeft(let instances) = $0 { instances } else { nil } }
        #expect(asked.count == 1)
        #expect(asked[0].prefix(8).map(\.id) == Array(test.shown.prefix(8)))
        #expect(asked[0].count <= 8 + 100)
        test.wait(1)
        #expect(test.effects.count { if case .askTimeLeft = $0 { true } else { false } } == 1, "not before the answer")
    }

    @Test func whatIsAloneIsLeftAlone() {
        var test = PanelUnderTest([], service: "users")
        let screen = test.screen
        test.wait(60)
        #expect(test.screen == screen)
    }

    @Test func wayInAndOut() {
        var test = PanelUnderTest(.three)
        test.type("\n\n")
        #expect(test.panel.registry.view == .detail(Instance.sample("notificator", 1).key))
        test.type("\u{1b}\u{1b}\u{1b}")
        #expect(test.panel.registry.view == .services)
        #expect(test.text.contains("q quits"))
        test.type("q")
        guard case .quit(isInterrupted: false)? = test.effects.last else {
            Issue.record("q does not quit")
            return
        }
    }

    /// As in a dialog: what is proposed is there to be taken or replaced, not to be added to.
    @Test func theFirstKeyReplacesAProposedPath() {
        var test = PanelUnderTest([.sample("users", 1)], service: "users")
        func path(_ test: PanelUnderTest) -> String? { if case .export(let path, _)? = test.effects.last { path } else { nil } }
        test.type("w/tmp/a.csv\n")
        #expect(path(test) == "/tmp/a.csv")
        test.type("w")
        #expect(test.text.contains("users.csv"))
        for _ in 0..<3 { test.press(.backspace) }
        test.type("jsonl\n")
        #expect(path(test) == "users.jsonl")
        test.type("/x")
        test.type("\n/y\n")
        #expect(test.panel.filter.text == "xy", "a filter goes on where it was")
    }

    @Test func theWorstCountsStayOnANarrowTerminal() {
        var test = PanelUnderTest(
            [.sample("users", 1), .sample("users", 2), .sample("users", 3, left: 3), .sample("users", 4)], width: 66, service: "users")
        test.receive(.probed(Instance.sample("users", 4).key, .failed("Connection refused")))
        #expect(test.text.contains("4 instances  ✓ 2 alive  ! 1 expiring  ✗ 1 unreachable"), "\(test.text)")
    }

    @Test func aliveInstancesThatWereNeverProbedAreCounted() {
        var test = PanelUnderTest([.sample("users", 1), .sample("users", 2), .sample("users", 3, left: 3)], service: "users")
        let key = Instance.sample("users", 1).key
        #expect(test.text.contains("3 instances  ✓ 2 alive (2 unprobed)  ! 1 expiring"))
        test.receive(.probed(key, .answered(after: .milliseconds(3))))
        #expect(test.text.contains("3 instances  ✓ 2 alive (1 unprobed)  ! 1 expiring"))
        test.receive(.probed(key, .answered(after: .milliseconds(2))))
        #expect(test.panel.model.counts.unprobed == 1)
        test.receive(.probed(Instance.sample("users", 2).key, .failed("refused")))
        #expect(test.panel.model.counts.unprobed == 0)
        test.change(.put(.sample("users", 4)), .put(.sample("users", 1)), .delete(key, reason: .expired))
        #expect(test.panel.model.counts.unprobed == 1)
        test.load([])
        #expect(test.panel.model.counts.unprobed == 0)
    }

    @Test func aLongIDIsCutWhereItDiffersLeast() {
        let instances = ["a", "b"].map { end in
            Instance(
                service: "users", id: "users-\(String(repeating: "0", count: 60))-\(end)", address: "10.0.0.1:80", protocol: "grpc", version: "1",
                metadata: [:], ttl: 10, ttlLeft: 9, registeredAt: nil, lease: 1)
        }
        var test = PanelUnderTest(instances, width: 80, service: "users")
        #expect(test.text.contains("0-a "))
        #expect(test.text.contains("0-b "))
    }
}
