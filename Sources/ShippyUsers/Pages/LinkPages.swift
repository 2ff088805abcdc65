import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ShippyAccess
import ShippyCore
import ShippyHTTPServer

/// The pages that links in mails lead to.
///
/// A GET shows a form, and uses nothing up: mail filters follow every link. The form sends the token back by POST, with `Sec-Fetch-Site` or
/// `Origin`, which ``BrowserRules`` check.
struct LinkPages: Sendable {
    /// The largest form accepted, in bytes. A token and a password, percent-encoded, have less than 1000.
    static let formLimit = 4096

    let links: AccessLinks
    let logger: Logger
    private let failures = RefusalLog()

    init(links: AccessLinks, logger: Logger) {
        self.links = links
        self.logger = logger
    }

    func show(_ purpose: LinkPurpose, _ call: HTTPCall) async -> Response {
        let token = call.request.uri.queryParameters["token"].map(String.init) ?? ""
        do {
            let user = try await links.user(of: token, purpose, requestID: call.requestID)
            return Page.form(purpose, token: token, email: user.email).response
        } catch {
            return failure(error, purpose, call)
        }
    }

    func submit(_ purpose: LinkPurpose, _ call: HTTPCall) async -> Response {
        do {
            switch purpose {
            case .confirmAddress:
                let token = try await form(call, ["token"])["token"]
                try await links.confirmAddress(token, by: call.caller, requestID: call.requestID)
                return Page.message(.ok, "Your address is confirmed", "Thank you. You can close this page.").response
            case .resetPassword:
                let form = try await form(call, ["token", "password"])
                return try await setPassword(form["password"], token: form["token"], call)
            }
        } catch {
            return failure(error, purpose, call)
        }
    }

    /// A password that is not allowed can be corrected: the link is still valid.
    private func setPassword(_ password: String, token: String, _ call: HTTPCall) async throws -> Response {
        do {
            try await links.resetPassword(token, to: password, by: call.caller, requestID: call.requestID)
        } catch let error as ShippyError where error.code == .invalid || error.code == .overloaded {
            let user = try await links.user(of: token, .resetPassword, requestID: call.requestID)
            var page = Page.form(
                .resetPassword, token: token, email: user.email, problem: Self.sentence(error.message), status: error.httpStatus
            ).response
            page.setRetryAfter(of: error)
            return page
        }
        return Page.message(
            .ok, "Your password is set", "Log in with your new password.", "You have been logged out everywhere."
        ).response
    }

    private func form(_ call: HTTPCall, _ names: Set<String>) async throws -> FormFields {
        let body: ByteBuffer
        do {
            body = try await call.request.body.collect(upTo: Self.formLimit)
        } catch is NIOTooManyBytesError {
            throw ShippyError(.tooLarge, "the form is larger than \(Self.formLimit) bytes")
        }
        return try FormFields(body, contentType: call.request.headers[.contentType], names: names)
    }

    private func failure(_ error: any Error, _ purpose: LinkPurpose, _ call: HTTPCall) -> Response {
        let error = error is CancellationError ? .cancelled : ShippyError.wrapping(error)
        failures.logFailure(error, requestID: call.requestID, to: logger)
        if error.code == .unauthenticated {
            let advice =
                switch purpose {
                case .confirmAddress: "If you have confirmed your address already, there is nothing left to do."
                case .resetPassword: "If you still need a new password, ask for another link."
                }
            return Page.message(.gone, "This link is not valid any more", "A link works once, within one hour.", advice).response
        }
        let message = Self.sentence(error.forClients(requestID: call.requestID).message)
        var page = Page.message(error.httpStatus, "That did not work", message, "Open the link in the mail again to try once more.").response
        page.setRetryAfter(of: error)
        return page
    }

    /// An error's message as a sentence.
    private static func sentence(_ message: String) -> String { "\(message.prefix(1).uppercased())\(message.dropFirst())." }
}
