import ShippyCore

/// Refreshes that share a transaction, decided one after another on rows that the transaction has locked.
struct RefreshBatch {
    private var sessions: [String: Session]
    private var changed: Set<String> = []
    private let now: Timestamp
    private let shift: Duration
    /// The IDs of sessions to delete and revoke.
    private(set) var ended: [String] = []
    private(set) var audit: [AuditEntry] = []

    /// - Parameters:
    ///   - sessions: with times of the server's clock.
    ///   - shift: how far this machine's clock is ahead of the server's.
    init(_ sessions: [Session], at now: Timestamp, shift: Duration) {
        self.sessions = Dictionary(sessions.map { ($0.id, $0) }) { first, _ in first }
        self.now = now
        self.shift = shift
    }

    /// The sessions to write.
    var advanced: [Session] { changed.compactMap { sessions[$0] } }

    mutating func decide(_ refresh: SessionRefresh) -> SessionRefresh.Outcome {
        guard let session = sessions[refresh.sessionID] else { return .ended }
        switch SessionRefresh.decision(for: refresh.counter, of: session, at: now) {
        case .expired:
            return .ended
        case .repeat:
            return .repeated(session.moved(by: shift))
        case .advance:
            let advanced = session.advanced(by: refresh, shift: shift, at: now)
            sessions[session.id] = advanced
            changed.insert(session.id)
            return .advanced(advanced.moved(by: shift))
        case .end:
            sessions[session.id] = nil
            ended.append(session.id)
            audit.append(refresh.auditIfReused.about(session))
            return .reused(userID: session.userID)
        }
    }
}
