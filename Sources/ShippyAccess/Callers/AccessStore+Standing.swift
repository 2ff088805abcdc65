package import ShippyCore

extension AccessStore {
    /// Checks that a caller's session or token has not ended, by what the store says now.
    ///
    /// What ``RevocationList`` knows may be some seconds old: enough for somebody who has just lost a right to give it back to themselves, or
    /// to make a token that stays. So whatever changes who may do what asks this before it writes. A change of one user asks it after it has
    /// read the revision that the write is bound to: then no pause between the two helps anybody.
    ///
    /// - Throws: ``ShippyError`` `.unauthenticated`; as the store.
    package func checkStanding(of caller: Caller) async throws {
        let stands =
            switch caller.identity {
            case .anonymous, .certificate, .owner, .service: true
            case .token(let id): try await token(id: id) != nil
            // A token of the tutorials may have no session.
            case .user(let id, ""): try await account(id: id)?.isDisabled == false
            case .user(let id, let session): try await self.session(id: session)?.userID == id
            }
        guard stands else { throw ShippyError.invalidToken }
    }
}
