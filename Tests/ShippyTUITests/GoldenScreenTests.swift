import ShippyCore
import Testing

@testable import ShippyTUI

@Suite struct GoldenScreenTests {
    @Test func services() throws {
        var test = PanelUnderTest(.three, width: 90, height: 10)
        try expectGolden(&test, "registry-services")
    }

    @Test func instances() throws {
        var test = PanelUnderTest(.three, width: 110, height: 10)
        test.type("\n")
        try expectGolden(&test, "registry-instances")
    }

    @Test func details() throws {
        var test = PanelUnderTest([.sample("users", 1, metadata: ["host": "ada", "zone": "b"])], width: 60, height: 19, service: "users")
        test.type("\n")
        test.receive(.probed(Instance.Key(service: "users", id: "10.0.0.1:80"), .failed("Connection refused")))
        try expectGolden(&test, "registry-details")
    }

    @Test func narrow() throws {
        var test = PanelUnderTest(.three, width: 40, height: 8)
        test.type("\n")
        try expectGolden(&test, "registry-narrow")
    }

    @Test func tiny() throws {
        var test = PanelUnderTest(.three, width: 20, height: 5)
        test.type("\n")
        try expectGolden(&test, "registry-tiny")
    }

    @Test func tinyDetails() throws {
        var test = PanelUnderTest(.three, width: 20, height: 7)
        test.type("\n\n")
        try expectGolden(&test, "registry-tinyDetails")
    }

    @Test func help() throws {
        var test = PanelUnderTest(.three, width: 90, height: 12)
        test.type("?")
        try expectGolden(&test, "registry-help")
    }

    @Test func asciiWithoutColours() throws {
        var test = PanelUnderTest([.sample("日本語", 1), .sample("users", 2, left: 3)], width: 90, height: 10)
        test.capabilities = Capabilities(isUnicode: false)
        test.type("\n")
        try expectGolden(&test, "registry-asciiWithoutColours")
    }

    @Test func wideCharactersTakeTwoColumns() {
        var test = PanelUnderTest([.sample("日本語", 1), .sample("👩\u{200d}💻", 2)], width: 90, height: 10)
        test.type("\n")
        let rows = test.text.split(separator: "\n").filter { $0.contains("10.0.0.") }
        #expect(rows.map { String($0.prefix { $0 != "1" }).columns } == [27, 27])
        #expect(!test.text.contains("\u{200d}"))
    }

    @Test func whileItLoads() {
        var test = PanelUnderTest(width: 60, height: 8)
        test.panel = Panel(Panel.Options(registry: "etcd 10.1.1.1:2379"))
        #expect(test.text.contains("loading the registry…"))
        test.receive(.loadBegun)
        test.receive(.page((1...1500).map { Instance.sample("users", $0) }))
        #expect(test.text.hasPrefix("shippy loading 1,500…"))
    }

    @Test func theEventsPane() {
        var test = PanelUnderTest(.three, width: 60, height: 14)
        test.type("e")
        #expect(test.text.contains("no events yet"))
        let gap = EventRow(id: 8, sequence: nil, time: test.now.wall, text: "gap 8–9 (2): expired")
        test.receive(.events([.sample(7), gap], created: [:]))
        let lines = test.text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[10].hasPrefix("── events ──"))
        #expect(lines[11...12] == ["7  user.created  user7@example.com", "gap 8–9 (2): expired"])
    }

    @Test func everySizeHolds() {
        for capabilities in [Capabilities(), Capabilities(isUnicode: false)] {
            for keys in ["", "\n", "\n\n", "?", "e", "\n/10.0", "\nX", "\nw"] {
                var test = PanelUnderTest(.three + [.sample("日本語日本語日本語日本語", 3, metadata: ["名前": "値"])])
                test.capabilities = capabilities
                test.type(keys)
                for width in [1, 2, 3, 7, 8, 19, 20, 33, 60, 80, 133, 300] {
                    for height in [1, 2, 3, 4, 5, 6, 8, 10, 24, 100] {
                        test.size = Size(width: width, height: height)
                        let screen = test.screen
                        #expect(screen.lines.count == height, "\(keys.debugDescription) \(width)x\(height)")
                        #expect(screen.lines.allSatisfy { $0.spans.map(\.text.columns).reduce(0, +) <= width })
                        #expect(screen.cursor.map { $0.column < width && $0.line < height } ?? true)
                    }
                }
            }
        }
    }

    /// ASCII takes a way of its own.
    @Test(arguments: ["\u{1b}[2J\u{7}\r\n\u{7f}", "\u{1b}[2J\u{7}\u{9b}31m\u{202e}\r\n"])
    func nothingReachesTheTerminalRaw(evil: String) {
        var instance = Instance.sample("users\(evil)", 1, version: evil, metadata: [evil: evil, Instance.foreignMark: evil])
        instance.address = evil
        instance.protocol = evil
        for keys in ["", "\n", "\n\n", "\n/\(evil)", "\nX", "\np"] {
            var test = PanelUnderTest([instance], width: 200, height: 30)
            test.receive(.lost(reason: evil))
            test.receive(.message(evil, isError: true))
            test.type(keys)
            let text = test.text.replacing("\n", with: "")
            #expect(!text.unicodeScalars.contains { $0.isUnsafeToShow }, "\(keys.debugDescription)")
        }
    }
}
