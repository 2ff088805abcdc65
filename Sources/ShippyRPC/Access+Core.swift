package import ShippyCore
import SwiftProtobuf

// Times are milliseconds since 1970. Texts and numbers of a peer are checked where they become values of the model: a role or a
// state of another version is nil.

extension Shippy_V1_LoginRecord {
    package init(_ login: Login) {
        self.init()
        accessToken = login.accessToken
        expiresInSeconds = Int64(login.expiresIn.seconds)
        refreshToken = login.refreshToken
        user = Shippy_V1_UserRecord(login.user)
        role = login.role.rawValue
    }

    /// Nil if a part is missing.
    package var login: Login? {
        guard let role = AccessRole(rawValue: role), !accessToken.isEmpty, !refreshToken.isEmpty, !user.id.isEmpty, expiresInSeconds > 0 else {
            return nil
        }
        return Login(
            accessToken: accessToken, expiresIn: .seconds(expiresInSeconds), refreshToken: refreshToken, user: user.user, role: role)
    }
}

extension Shippy_V1_CallerRecord {
    package init(_ caller: CallerStatus) {
        self.init()
        actor = caller.actor
        role = caller.role.rawValue
        name = caller.name
        if let expiresAt = caller.expiresAt { self.expiresAt = expiresAt.milliseconds }
    }

    /// Nil if its role is not known here.
    package var caller: CallerStatus? {
        guard let role = AccessRole(rawValue: role), !actor.isEmpty else { return nil }
        return CallerStatus(actor: actor, role: role, name: name, expiresAt: hasExpiresAt ? Timestamp(milliseconds: expiresAt) : nil)
    }
}

extension Shippy_V1_SessionRecord {
    package init(_ listed: ListedSession) {
        self.init()
        let session = listed.session
        id = session.id
        userID = session.userID
        createdAt = session.createdAt.milliseconds
        lastUsedAt = session.lastUsedAt.milliseconds
        expiresAt = session.expiresAt.milliseconds
        client = session.client
        address = session.address
        email = listed.email
    }

    /// The session as clients know it: the number of its refresh token stays with the service.
    package var session: ListedSession {
        ListedSession(
            Session(
                id: id, userID: userID, createdAt: Timestamp(milliseconds: createdAt), lastUsedAt: Timestamp(milliseconds: lastUsedAt),
                expiresAt: Timestamp(milliseconds: expiresAt), counterSince: Timestamp(milliseconds: createdAt), client: client, address: address),
            email: email)
    }
}

extension Shippy_V1_TokenRecord {
    package init(_ token: APIToken) {
        self.init()
        id = token.id
        name = token.name
        role = token.role.rawValue
        createdBy = token.createdBy
        createdAt = token.createdAt.milliseconds
        if let expiresAt = token.expiresAt { self.expiresAt = expiresAt.milliseconds }
        if let lastUsedAt = token.lastUsedAt { self.lastUsedAt = lastUsedAt.milliseconds }
    }

    /// The token as clients know it, without its hash. Nil if its role is not known here.
    package var token: APIToken? {
        guard let role = AccessRole(rawValue: role), !id.isEmpty else { return nil }
        return APIToken(
            id: id, name: name, role: role, hash: [], createdBy: createdBy, createdAt: Timestamp(milliseconds: createdAt),
            expiresAt: hasExpiresAt ? Timestamp(milliseconds: expiresAt) : nil,
            lastUsedAt: hasLastUsedAt ? Timestamp(milliseconds: lastUsedAt) : nil)
    }
}

extension Shippy_V1_KeyRecord {
    package init(_ key: SigningKeyStatus) {
        self.init()
        id = key.id
        state = key.state.rawValue
        createdAt = key.createdAt.milliseconds
        if let signsFrom = key.signsFrom { self.signsFrom = signsFrom.milliseconds }
        if let retiresAt = key.retiresAt { self.retiresAt = retiresAt.milliseconds }
    }

    /// Nil if its state is not known here.
    package var key: SigningKeyStatus? {
        guard let state = SigningKeyStatus.State(rawValue: state), !id.isEmpty else { return nil }
        return SigningKeyStatus(
            id: id, state: state, createdAt: Timestamp(milliseconds: createdAt),
            signsFrom: hasSignsFrom ? Timestamp(milliseconds: signsFrom) : nil,
            retiresAt: hasRetiresAt ? Timestamp(milliseconds: retiresAt) : nil)
    }
}

extension Shippy_V1_AuditRecord {
    package init(_ entry: AuditEntry) {
        self.init()
        id = entry.id
        at = entry.at.milliseconds
        actor = entry.actor
        address = entry.address
        action = entry.action
        target = entry.target
        outcome = entry.outcome
        requestID = entry.requestID
        detail = entry.detail
    }

    package var entry: AuditEntry {
        AuditEntry(
            id: id, at: Timestamp(milliseconds: at), actor: actor, address: address, action: action, target: target, outcome: outcome,
            requestID: requestID, detail: detail)
    }
}

extension Shippy_V1_ListAuditRequest {
    package init(_ filter: AuditFilter, _ page: AuditPage, limit: Int) {
        self.init()
        target = filter.target ?? ""
        actor = filter.actor ?? ""
        action = filter.action ?? ""
        outcome = filter.outcome ?? ""
        if let since = filter.since { self.since = since.milliseconds }
        if let until = filter.until { self.until = until.milliseconds }
        switch page {
        case .after(let cursor):
            after = cursor ?? ""
        case .before(let cursor):
            newest = true
            before = cursor ?? ""
        }
        self.limit = Int32(clamping: limit)
    }

    package var filter: AuditFilter {
        AuditFilter(
            target: target.isEmpty ? nil : target, actor: actor.isEmpty ? nil : actor, action: action.isEmpty ? nil : action,
            outcome: outcome.isEmpty ? nil : outcome, since: hasSince ? Timestamp(milliseconds: since) : nil,
            until: hasUntil ? Timestamp(milliseconds: until) : nil)
    }

    package var page: AuditPage {
        newest ? .before(before.isEmpty ? nil : before) : .after(after.isEmpty ? nil : after)
    }
}

extension Shippy_V1_ChangeRequest {
    package init(_ idOrEmail: String, _ change: UserChange) {
        self.init()
        self.idOrEmail = idOrEmail
        self.change =
            switch change {
            case .details(let email, let name, let company, _):
                .details(
                    .with {
                        if let email { $0.email = email }
                        if let name { $0.name = name }
                        if let company { $0.company = company }
                    })
            case .disable: .disabled(true)
            case .enable: .disabled(false)
            case .password(let password, _): .password(password)
            case .role(let role): .role(role.rawValue)
            }
        switch change {
        case .password(_, let old?), .details(_, _, _, let old?): oldPassword = old
        default: break
        }
    }

    /// - Throws: ``ShippyError`` `.malformed` for a request without a change, and `.invalid` for an unknown role.
    package var userChange: UserChange {
        get throws {
            switch change {
            case .details(let details):
                .details(
                    email: details.hasEmail ? details.email : nil, name: details.hasName ? details.name : nil,
                    company: details.hasCompany ? details.company : nil,
                    password: hasOldPassword ? oldPassword : nil)
            case .disabled(let isDisabled): isDisabled ? .disable : .enable
            case .password(let password): .password(password, old: hasOldPassword ? oldPassword : nil)
            case .role(let role): .role(try AccessRole(requested: role))
            case nil: throw ShippyError(.malformed, "the request has no change")
            }
        }
    }
}

extension AccessRole {
    /// A role that a client asks for.
    /// - Throws: ``ShippyError`` `.invalid`.
    package init(requested text: String) throws {
        guard let role = AccessRole(rawValue: text) else {
            let roles = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw ShippyError(.invalid, "unknown role \(text.quoted(limit: 40)): use one of \(roles)", field: "role")
        }
        self = role
    }
}
