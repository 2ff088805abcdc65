import ShippyCore
import Testing

@testable import ShippyTUI

@Suite struct GoldenScreenTests {
    @Test func services() {
        var test = PanelUnderTest(.three, width: 90, height: 10)
        #expect(
            test.text == """
                shippy live                                                                embedded  rev 7
                2 services, 3 instances  ✓ 2 alive (2 unprobed)  ! 1 expiring
                services
                  SERVICE▲       INSTANCES    ALIVE   EXPIRING   UNREACHABLE     GONE   FOREIGN
                > all services           3        2          1             -        -         -
                  notificator            1        1          -             -        -         -
                  users                  2        1          1             -        -         -


                Enter open  / filter  q quit  ? help  e events  Z freeze
                """)
    }

    @Test func instances() {
        var test = PanelUnderTest(.three, width: 110, height: 10)
        test.type("\n")
        #expect(
            test.text == """
                shippy live                                                                                    embedded  rev 7
                2 services, 3 instances  ✓ 2 alive (2 unprobed)  ! 1 expiring
                services › all services
                  STATE          SERVICE▲      ID            ADDRESS       PROTO   VERSION   LEFT   AGE   METADATA
                > ✓ alive        notificator   10.0.0.1:80   10.0.0.1:80   grpc    1.0          9s  1m0s  zone=a
                  ✓ alive        users         10.0.0.1:80   10.0.0.1:80   grpc    1.0          9s  1m0s  zone=a
                  ! expiring     users         10.0.0.2:80   10.0.0.2:80   grpc    1.0          3s  1m0s  zone=a


                Enter details  / filter  Esc back  q quit  ? help  p probe  y copy  X deregister  e events  Space mark  > sort
                """)
    }

    @Test func details() {
        var test = PanelUnderTest([.sample("users", 1, metadata: ["host": "ada", "zone": "b"])], width: 60, height: 19, service: "users")
        test.type("\n")
        test.receive(.probed(Instance.Key(service: "users", id: "10.0.0.1:80"), .failed("Connection refused")))
        #expect(
            test.text == """
                shippy live                                  embedded  rev 7
                1 service, 1 instance  ✗ 1 unreachable
                users › 10.0.0.1:80

                  state          ✗ unreachable
                  service        users
                  id             10.0.0.1:80
                  address        10.0.0.1:80
                  protocol       grpc
                  version        1.0
                  lease left     9 s of 10 s
                  lease          1
                  revision       -
                  registered     2026-01-02T03:04:04.000Z, 1m0s ago
                  probe          Connection refused
                  metadata       host = ada
                  metadata       zone = b

                Esc back  q quit  ? help  p probe  y copy  X deregister
                """)
    }

    @Test func narrow() {
        var test = PanelUnderTest(.three, width: 40, height: 8)
        test.type("\n")
        #expect(
            test.text == """
                shippy live              embedded  rev 7
                services › all services
                     ID            ADDRESS       LEFT
                > ✓  10.0.0.1:80   10.0.0.1:80      9s
                  ✓  10.0.0.1:80   10.0.0.1:80      9s
                  !  10.0.0.2:80   10.0.0.2:80      3s

                Enter details  / filter  Esc back
                """)
    }

    @Test func tiny() {
        var test = PanelUnderTest(.three, width: 20, height: 5)
        test.type("\n")
        #expect(
            test.text == """
                shippy live    rev 7
                > ✓  10.0…:80     9s
                  ✓  10.0…:80     9s
                  !  10.0…:80     3s
                Enter details
                """)
    }

    @Test func tinyDetails() {
        var test = PanelUnderTest(.three, width: 20, height: 7)
        test.type("\n\n")
        #expect(
            test.text == """
                shippy live    rev 7

                  state  ✓ alive
                  servi… notificator
                  id     10.0.0.1:80
                  addre… 10.0.0.1:80
                Esc back  q quit
                """)
    }

    @Test func help() {
        var test = PanelUnderTest(.three, width: 90, height: 12)
        test.type("?")
        #expect(
            test.text == """
                shippy live                                                                embedded  rev 7
                2 services, 3 instances  ✓ 2 alive (2 unprobed)  ! 1 expiring
                services
                Moving
                  Up Down, k j              one line
                  PgUp PgDn, Ctrl-B Ctrl-F  a screen
                  Ctrl-U Ctrl-D             half a screen
                  Home End, g G             first, last line
                  Enter, Right, l           open a service, then an instance
                  Left, h                   back
                  Esc, Backspace            back; clears a filter first
                Esc back  Up Down scroll
                """)
    }

    @Test func asciiWithoutColours() {
        var test = PanelUnderTest([.sample("日本語", 1), .sample("users", 2, left: 3)], width: 90, height: 10)
        test.capabilities = Capabilities(isUnicode: false)
        test.type("\n")
        #expect(
            test.text == """
                shippy live                                                                embedded  rev 7
                2 services, 2 instances  + 1 alive (1 unprobed)  ! 1 expiring
                services > all services
                  STATE          SERVICE^  ID            ADDRESS       PROTO   VERSION   LEFT   AGE
                > ! expiring     users     10.0.0.2:80   10.0.0.2:80   grpc    1.0          3s  1m0s
                  + alive        ??????    10.0.0.1:80   10.0.0.1:80   grpc    1.0          9s  1m0s



                Enter details  / filter  Esc back  q quit  ? help  p probe  y copy  X deregister  e events
                """)
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
        test.receive(.events([EventLine("7 eve@example.com"), EventLine("gap 8–9 (2): expired", isNotice: true)]))
        let lines = test.text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[10].hasPrefix("── user.created ──"))
        #expect(lines[11...12] == ["7 eve@example.com", "gap 8–9 (2): expired"])
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
