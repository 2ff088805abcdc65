package import ShippyCore

/// What reaches the panel from outside, other than keys.
package enum PanelInput: Sendable {
    /// The registry is read from its beginning; what the pages do not bring is gone.
    case loadBegun
    case page([Instance])
    case loaded(revision: Int64)
    /// Changes to different instances; `count` is how many these were before several to one became one.
    case changes([RegistryChange], count: Int, revision: Int64)
    case lost(reason: String)
    case timeLeft([Instance.Key: Double], asked: [Instance.Key])
    case probed(Instance.Key, ProbeResult)
    case events([EventLine])
    /// Something that was asked for is done, or failed.
    case message(String, isError: Bool)
}

/// A line of the events pane.
package struct EventLine: Hashable, Sendable {
    package var text: String
    /// Whether it tells of the stream itself, such as a gap.
    package var isNotice: Bool

    package init(_ text: String, isNotice: Bool = false) {
        self.text = text
        self.isNotice = isNotice
    }
}
