package import ShippyCore
import SwiftProtobuf

extension Shippy_V1_UserRecord {
    package init(_ user: User) {
        self.init()
        id = user.id
        name = user.name
        company = user.company
        email = user.email.description
        createdAt = user.createdAt.milliseconds
    }

    package init(_ record: UserRecord) {
        self.init(record.user)
        role = record.role?.rawValue ?? ""
        state = record.state?.rawValue ?? ""
        if let isConfirmed = record.isConfirmed { confirmed = isConfirmed }
        revision = record.revision ?? 0
    }

    package var record: UserRecord {
        UserRecord(
            user: user, role: AccessRole(rawValue: role), state: UserState(rawValue: state), isConfirmed: hasConfirmed ? confirmed : nil,
            revision: revision == 0 ? nil : revision)
    }

    package var user: User {
        User(id: id, name: name, company: company, email: EmailAddress(trusted: email), createdAt: Timestamp(milliseconds: createdAt))
    }
}

extension CreateUser {
    /// - Throws: ``ShippyError`` `.invalid` for a role or a state that is not known here.
    package init(_ message: Shippy_V1_NewUser) throws {
        self.init(
            email: message.email, name: message.name, company: message.company,
            password: message.hasPassword ? message.password : nil,
            idempotencyKey: message.hasIdempotencyKey ? message.idempotencyKey : nil,
            welcome: !message.noWelcome, onConflict: message.keepExisting ? .keepExisting : .refuse,
            kept: KeptUser(
                id: message.hasID ? message.id : nil, createdAt: message.hasCreatedAt ? Timestamp(milliseconds: message.createdAt) : nil,
                passwordHash: message.hasPasswordHash ? message.passwordHash : nil,
                role: message.role.isEmpty ? nil : try AccessRole(requested: message.role),
                state: message.state.isEmpty ? nil : try UserState(requested: message.state),
                isConfirmed: message.hasConfirmed ? message.confirmed : nil))
    }
}

extension Shippy_V1_NewUser {
    package init(_ request: CreateUser) {
        self.init()
        email = request.email
        name = request.name
        company = request.company
        if let password = request.password { self.password = password }
        if let idempotencyKey = request.idempotencyKey { self.idempotencyKey = idempotencyKey }
        noWelcome = !request.welcome
        keepExisting = request.onConflict == .keepExisting
        let kept = request.kept
        if let id = kept.id { self.id = id }
        if let time = kept.createdAt { createdAt = time.milliseconds }
        if let hash = kept.passwordHash { passwordHash = hash }
        role = kept.role?.rawValue ?? ""
        state = kept.state?.rawValue ?? ""
        if let isConfirmed = kept.isConfirmed { confirmed = isConfirmed }
    }

    /// Whether it is what anybody may ask for themselves: the mail that every user gets, and nothing kept.
    package var isPlain: Bool {
        !noWelcome && !keepExisting && !hasID && !hasCreatedAt && !hasPasswordHash && role.isEmpty && state.isEmpty && !hasConfirmed
    }
}

extension Shippy_V1_Outcome {
    package init(_ result: Result<CreatedUser, ShippyError>) {
        self.init()
        switch result {
        case .success(let created):
            user = Shippy_V1_UserRecord(created.user)
            isNew = created.isNew
        case .failure(let error):
            failure = .with {
                $0.code = error.code.rawValue
                $0.message = error.message
                $0.field = error.field ?? ""
            }
        }
    }

    package var result: Result<CreatedUser, ShippyError> {
        guard hasFailure else { return .success(CreatedUser(user: user.user, isNew: isNew)) }
        let code = ShippyError.Code(rawValue: failure.code) ?? .failed
        return .failure(
            // Whatever answers under the service's address chooses the text.
            ShippyError(
                code, failure.message.visiblyEscaped(limit: 500), field: failure.field.isEmpty ? nil : failure.field.visiblyEscaped(limit: 80)))
    }
}
