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
        _ instances: [Instance] = [], width: Int = 100, height: Int = 14, tab: PanelTab = .registry, service: String? = nil,
        isReadOnly: Bool = false, context: Panel.Options.Context? = nil
    ) {
        panel = Panel(
            Panel.Options(
                registry: "embedded", store: "/home/ada/shippy.db", context: context, access: "owner", tab: tab, service: service,
                isReadOnly: isReadOnly))
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

    /// Clicks on a character of the screen.
    mutating func click(line: Int, column: Int) {
        guard let target = screen.target(at: Screen.Position(line: line, column: column)) else { return }
        effects += panel.click(target, now)
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

    /// The changes that were asked for and confirmed.
    var commands: [PanelCommand] { effects.compactMap { if case .run(let command) = $0 { command } else { nil } } }

    var text: String { mutating get { screen.text } }

    var selected: String? { panel.model.instances.cursor.id?.id }

    /// The ids in the order of the list.
    var shown: [String] {
        mutating get {
            panel.refresh(size, now)
            return panel.model.instances.shown.map { panel.model.instances.store.rows[$0]!.instance.id }
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

extension PanelCommand.Target {
    init(_ instance: Instance) { self.init(id: instance.id, name: instance.id, service: instance.service) }
}

extension User {
    /// A user created `number` seconds after a moment, so that a larger number is newer.
    static func sample(_ number: Int, name: String = "", company: String = "", email: String? = nil) -> User {
        let hex = String(number, radix: 16)
        let id = "01a1fc02-23c5-7000-8000-" + String(repeating: "0", count: 12 - hex.count) + hex
        return User(
            id: id, name: name, company: company, email: EmailAddress(trusted: email ?? "user\(number)@example.com"),
            createdAt: Timestamp("2026-01-02T02:00:00.000Z")! + .seconds(number))
    }
}

extension UserRow {
    static func sample(_ number: Int, name: String = "", company: String = "", state: State? = .active) -> UserRow {
        UserRow(.sample(number, name: name, company: company), state: state, role: state == nil ? nil : "user")
    }
}

extension MailRow {
    static func sample(_ number: Int, _ state: Mail.State, attempts: Int = 1, reply: String = "", due: Double = 60) -> MailRow {
        let user = User.sample(number)
        let now = Timestamp("2026-01-02T03:05:04.000Z")!
        return MailRow(
            Mail(
                id: user.id, to: user.email, template: .welcome, state: state, attempts: attempts,
                nextAttemptAt: state == .queued ? now + .seconds(due) : nil, lastReply: reply, eventID: "event-\(number)",
                requestID: "request-\(number)", createdAt: user.createdAt))
    }
}

extension EventRow {
    static func sample(_ number: Int, _ subject: String = "user.created") -> EventRow {
        let user = User.sample(number)
        return EventRow(
            id: number, sequence: Int64(number), eventID: "event-\(number)", subject: subject, time: user.createdAt,
            text: user.email.description, userID: user.id, email: user.email.description, requestID: "request-\(number)",
            headers: ["X-Request-Id: request-\(number)"])
    }
}
