import HTTPTypes
import Hummingbird
import ShippyCore
import ShippyHTTPServer

// Links in mails. Programs ask for them and use them in JSON, people on a page.
extension UsersHTTP {
    func requestPasswordReset(_ call: HTTPCall) async throws -> Response { try await requestLink(.resetPassword, call) }

    func requestConfirmation(_ call: HTTPCall) async throws -> Response { try await requestLink(.confirmAddress, call) }

    /// The same answer whether there is such a user.
    private func requestLink(_ purpose: LinkPurpose, _ call: HTTPCall) async throws -> Response {
        let body = try await decoded(LinkRequestBody.self, call.request, example: #"{"email":"ada@example.com"}"#)
        try await access.links.request(purpose, for: body.email, by: call.caller, requestID: call.requestID)
        return Self.done(.accepted)
    }

    func resetPassword(_ call: HTTPCall) async throws -> Response {
        let body = try await decoded(PasswordResetBody.self, call.request, example: #"{"token":"…","password":"…"}"#)
        try await access.links.resetPassword(body.token, to: body.password, by: call.caller, requestID: call.requestID)
        return Self.done(.ok)
    }

    func confirmAddress(_ call: HTTPCall) async throws -> Response {
        let body = try await decoded(ConfirmationBody.self, call.request, example: #"{"token":"…"}"#)
        try await access.links.confirmAddress(body.token, by: call.caller, requestID: call.requestID)
        return Self.done(.ok)
    }

    private static func done(_ status: HTTPResponse.Status) -> Response {
        var response = Response(status, json: Array("{}".utf8))
        response.headers[.cacheControl] = "no-store"
        return response
    }

    // MARK: Pages

    func showPasswordPage(_ call: HTTPCall) async throws -> Response { await pages.show(.resetPassword, call) }

    func submitPasswordPage(_ call: HTTPCall) async throws -> Response { await pages.submit(.resetPassword, call) }

    func showConfirmationPage(_ call: HTTPCall) async throws -> Response { await pages.show(.confirmAddress, call) }

    func submitConfirmationPage(_ call: HTTPCall) async throws -> Response { await pages.submit(.confirmAddress, call) }
}
