import ShippyCore

/// What `shippy doctor` found about one thing.
struct Finding: JSONWritable, Hashable, Sendable {
    enum Area: String, CaseIterable, Sendable {
        case configuration, directory, ports, certificates, store, bus, registry, clock, keys, services, queues, mail
    }

    enum Gravity: String, Sendable {
        case ok
        case warning
        case fault
        /// A fault that keeps a command from working: an engine that cannot be reached.
        case unreachable
    }

    let area: Area
    let gravity: Gravity
    /// A sentence without a full stop.
    let text: String
    /// What to do: an imperative without a full stop; nil if there is nothing to do.
    let advice: String?

    private init(_ area: Area, _ gravity: Gravity, _ text: String, advice: String?) {
        self.area = area
        self.gravity = gravity
        self.text = text
        self.advice = advice
    }

    static func ok(_ area: Area, _ text: String) -> Finding { Finding(area, .ok, text, advice: nil) }
    static func warning(_ area: Area, _ text: String, advice: String) -> Finding { Finding(area, .warning, text, advice: advice) }
    static func fault(_ area: Area, _ text: String, advice: String) -> Finding { Finding(area, .fault, text, advice: advice) }
    static func unreachable(_ area: Area, _ text: String, advice: String) -> Finding { Finding(area, .unreachable, text, advice: advice) }

    init(_ area: Area, _ concern: Concern) {
        self.init(area, concern.gravity == .fault ? .fault : .warning, concern.text, advice: concern.advice)
    }

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("area", area.rawValue)
            $0.field("state", gravity.rawValue)
            $0.field("text", text)
            $0.field("advice", advice)
        }
    }
}
