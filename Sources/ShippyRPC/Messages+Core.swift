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
    package init(_ message: Shippy_V1_NewUser) {
        self.init(
            email: message.email, name: message.name, company: message.company,
            password: message.hasPassword ? message.password : nil,
            idempotencyKey: message.hasIdempotencyKey ? message.idempotencyKey : nil,
            welcome: !message.noWelcome, onConflict: message.keepExisting ? .keepExisting : .refuse)
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
