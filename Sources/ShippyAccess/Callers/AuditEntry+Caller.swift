package import ShippyCore

extension AuditEntry {
    /// What the caller has just done.
    package init(_ action: String, target: String, by caller: Caller, requestID: String, outcome: String = "ok") {
        let now = Timestamp.now
        self.init(
            id: UUIDv7.next(at: now), at: now, actor: caller.actor, address: caller.address, action: action, target: target, outcome: outcome,
            requestID: requestID)
    }
}
