package import ShippyCore

/// An input other than a key.
package enum PanelInput: Sendable {
    /// A load of the whole registry begins. Instances that its pages do not contain are gone.
    case loadBegun
    case page([Instance])
    case loaded(revision: Int64)
    /// Changes, at most one per instance; `count` is their number before merging.
    case changes([RegistryChange], count: Int, revision: Int64)
    case lost(reason: String)
    case timeLeft([Instance.Key: Double], asked: [Instance.Key])
    case probed(Instance.Key, ProbeResult)
    case events([EventLine])
    /// An action finished or failed.
    case message(String, isError: Bool)
}

/// A line of the events pane.
package struct EventLine: Hashable, Sendable {
    package var text: String
    /// Whether it is a notice about the stream, such as a gap.
    package var isNotice: Bool

    package init(_ text: String, isNotice: Bool = false) {
        self.text = text
        self.isNotice = isNotice
    }
}
