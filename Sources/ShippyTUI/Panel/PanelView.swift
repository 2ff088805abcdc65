package import ShippyCore

/// What the main part of the screen shows.
package enum PanelView: Hashable, Sendable {
    case services
    /// Of one service, or all.
    case instances(service: String?)
    case detail(Instance.Key)
}
