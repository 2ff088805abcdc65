import ShippyCore

extension CommandCredentials {
    /// Logs in, and stores the login in place of an earlier one, whose session ends.
    /// - Throws: ``ShippyError`` as ``AccessAPI/logIn(email:password:client:requestID:)``.
    func logIn(email: String, password: String, requestID: String, access: any AccessAPI) async throws {
        let answer = try await access.logIn(email: email, password: password, client: Self.client, requestID: requestID)
        let login = StoredLogin(answer, at: .now, place: place)
        var replaced: StoredLogin?
        try await stored.updateLogin { earlier in
            replaced = earlier
            return login
        }
        // Nobody can use it any more. If this fails, it ends by itself. A login at other services is not shown to these.
        if let replaced, replaced.place == place { try? await access.logOut(replaced.refreshToken, requestID: requestID) }
    }

    /// Forgets the login, and ends its session.
    ///
    /// - Returns: the login; nil if there was none.
    /// - Throws: ``ShippyError`` if the session could not be ended. The login is forgotten all the same.
    func logOut(end: (_ refreshToken: String) async throws -> Void) async throws -> StoredLogin? {
        guard let login = try await storedLogin() else { return nil }
        let failure: ShippyError?
        do {
            try await end(login.refreshToken)
            failure = nil
        } catch let error as ShippyError {
            failure = error
        }
        // Another command may have logged in meanwhile.
        try await stored.updateLogin { $0?.isSame(as: login) == true ? nil : $0 }
        if let failure {
            throw ShippyError(failure.code, "the login is forgotten here, but its session goes on until it expires: \(failure.message)")
        }
        return login
    }

    /// How this command describes itself in the list of sessions.
    private static var client: String { "shippy \(Version.number) on \(Host.name.prefix(100))" }
}
