package import ShippyCore

extension AccessStore {
    /// Checks that a caller's session or token has not ended, by what the store says now.
    ///
    /// What ``RevocationList`` knows may be some seconds old: enough for somebody who has just lost a right to give it back to themselves, or
    /// to make a token that stays. So whatever changes who may do what asks this before it writes. A change of one user asks it after it has
    /// read the revision that the write is bound to: then nobody can undo what has just been done to themselves, however long the process
    /// pauses. What they do to others in such a pause counts as done before.
    ///
    /// - Throws: ``ShippyError`` `.unauthenticated`; as the store.
    package func checkStanding(of caller: Caller) async throws {
        let stands =
            switch caller.identity {
            case .anonymous, .certificate, .owner, .service: true
            case .token(let id): try await token(id: id) != nil
            // A token of the tutorials may have no session.
            case .user(let id, ""): try await account(id: id).map { !$0.isDisabled && $0.role == caller.role } == true
            case .user(let id, let session): try await self.session(id: session)?.userID == id
            }
        guard stands else { throw ShippyError.invalidToken }
    }
}
