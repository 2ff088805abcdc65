package import ShippyCore

/// The content of the registry's tab.
package enum PanelView: Hashable, Sendable {
    case services
    /// Of one service; nil for all.
    case instances(service: String?)
    /// Instances that have left.
    case history
    case detail(Instance.Key)
}
