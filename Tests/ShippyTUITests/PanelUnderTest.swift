import ShippyCore

@testable import ShippyTUI

/// A panel with a clock that stands still until it is moved.
struct PanelUnderTest {
    var panel: Panel
    var size: Size
    var capabilities = Capabilities()
    var now = Moment(seconds: 1000, wall: Timestamp("2026-01-02T03:05:04.000Z")!)
    var effects: [PanelEffect] = []

    init(
        _ instances: [Instance] = [], width: Int = 100, height: Int = 12, service: String? = nil, isReadOnly: Bool = false,
        context: Panel.Options.Context? = nil
    ) {
        panel = Panel(Panel.Options(registry: "embedded", context: context, service: service, isReadOnly: isReadOnly))
        size = Size(width: width, height: height)
        load(instances)
    }

    mutating func load(_ instances: [Instance], revision: Int64 = 7) {
        receive(.loadBegun)
        receive(.page(instances))
        receive(.loaded(revision: revision))
    }

    mutating func receive(_ input: PanelInput) {
        panel.receive(input, now)
        panel.refresh(size, now)
    }

    mutating func change(_ changes: RegistryChange...) {
        receive(.changes(changes, count: changes.count, revision: panel.model.revision + Int64(changes.count)))
    }

    /// Keys as they are typed; `\n` is Enter and `\u{1b}` Esc.
    mutating func type(_ text: String) {
        for character in text {
            switch character {
            case "\n": press(.enter)
            case "\u{1b}": press(.escape)
            default: press(.character(character))
            }
        }
    }

    mutating func press(_ key: PanelKey) {
        effects += panel.handle(key, now)
    }

    mutating func wait(_ seconds: Double) {
        now.seconds += seconds
        now.wall = now.wall + .milliseconds(Int64(seconds * 1000))
        effects += panel.tick(now).effects
        panel.refresh(size, now)
    }

    var screen: Screen {
        mutating get {
            panel.refresh(size, now)
            return PanelRenderer.render(panel, size, capabilities, now)
        }
    }

    var text: String { mutating get { screen.text } }

    var selected: String? { panel.instances.cursor.id?.id }

    /// The ids in the order of the list.
    var shown: [String] {
        mutating get {
            panel.refresh(size, now)
            return panel.instances.shown.map { panel.model.rows[$0]!.instance.id }
        }
    }
}

extension Instance {
    static func sample(
        _ service: String, _ number: Int, left: Double? = 9, version: String = "1.0", metadata: [String: String] = ["zone": "a"], lease: Int64 = 1
    ) -> Instance {
        Instance(
            service: service, id: "10.0.0.\(number):80", address: "10.0.0.\(number):80", protocol: "grpc", version: version,
            metadata: metadata, ttl: 10, ttlLeft: left, registeredAt: Timestamp("2026-01-02T03:04:04.000Z"), lease: lease)
    }
}

extension [Instance] {
    static var three: [Instance] { [.sample("notificator", 1), .sample("users", 1), .sample("users", 2, left: 3)] }
}
