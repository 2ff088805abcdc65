import Foundation
import NIOCore
import ShippyCore

/// The body of a login.
struct LoginBody: RequestBody {
    static let fields = ["email", "password"]

    var email: String
    var password: String
}

/// The body of a refresh, and of a logout.
struct RefreshBody: RequestBody {
    static let fields = ["refresh_token"]

    var refreshToken: String

    private enum CodingKeys: String, CodingKey {
        case refreshToken = "refresh_token"
    }
}

/// The body of a change of the caller's own password.
struct PasswordChangeBody: RequestBody {
    static let fields = ["old_password", "new_password"]

    var oldPassword: String
    var newPassword: String

    private enum CodingKeys: String, CodingKey {
        case oldPassword = "old_password"
        case newPassword = "new_password"
    }
}

/// The body of a request for a link in a mail.
struct LinkRequestBody: RequestBody {
    static let fields = ["email"]

    var email: String
}

/// The body that uses a link to set a password.
struct PasswordResetBody: RequestBody {
    static let fields = ["token", "password"]

    var token: String
    var password: String
}

/// The body that uses a link to confirm an address.
struct ConfirmationBody: RequestBody {
    static let fields = ["token"]

    var token: String
}

/// The body of a change of a user. What it does not name stays as it is.
struct UserDetails: RequestBody {
    static let fields = ["email", "name", "company", "password"]

    var email: String?
    var name: String?
    var company: String?
    /// The present one, of users who change their own address.
    var password: String?

    var change: UserChange { .details(email: email, name: name, company: company, password: password) }
}

/// The body of a call by the go-micro tutorial's user interface: `{"service":"…","method":"Auth.Auth","request":{…}}`.
struct TutorialCall {
    let method: TutorialMethod
    /// The request, as JSON.
    let request: ByteBuffer

    /// - Throws: ``ShippyError`` `.malformed`; `.notFound` for another method.
    init(_ body: ByteBuffer) throws {
        guard let object = try? JSONSerialization.jsonObject(with: Data(body.readableBytesView)) as? [String: Any],
            let name = object["method"] as? String
        else {
            throw ShippyError(
                .malformed, #"the body is not a call: send {"service":"shippy.auth","method":"Auth.Auth","request":{…}}"#)
        }
        guard let method = TutorialMethod(named: name) else {
            let known = TutorialMethod.allCases.map { "Auth.\($0.rawValue)" }.joined(separator: ", ")
            throw ShippyError(.notFound, "no method \(name.quoted(limit: 80)): there are \(known)")
        }
        self.method = method
        request = ByteBuffer(bytes: try JSONSerialization.data(withJSONObject: object["request"] as? [String: Any] ?? [:]))
    }
}
