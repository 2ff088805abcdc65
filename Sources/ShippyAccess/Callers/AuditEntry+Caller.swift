package import ShippyCore

extension AuditEntry {
    /// What the caller has just done.
    ///
    /// - Parameter actor: as whom; nil for the caller themselves. Whoever logs in is anonymous before.
    package init(
        _ action: AuditAction, target: String, by caller: Caller, as actor: String? = nil, requestID: String, outcome: AuditOutcome = .ok,
        detail: String = ""
    ) {
        let now = Timestamp.now
        self.init(
            id: UUIDv7.next(at: now), at: now, actor: actor ?? caller.actor, address: caller.address, action: action.rawValue, target: target,
            outcome: outcome.rawValue, requestID: requestID, detail: detail)
    }
}
