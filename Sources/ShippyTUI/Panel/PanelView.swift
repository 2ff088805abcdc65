package import ShippyCore

/// The content of the main part of the screen.
package enum PanelView: Hashable, Sendable {
    case services
    /// Of one service; nil for all.
    case instances(service: String?)
    case detail(Instance.Key)
}
