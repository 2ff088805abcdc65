import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Mustache
import NIOCore
import ShippyCore

/// A page for people's browsers. Without script, and with a policy that allows none.
struct Page {
    private struct Templates: Sendable {
        let layout, password, confirm, message: MustacheTemplate

        init() throws {
            layout = try MustacheTemplate(string: PageTemplates.layout)
            password = try MustacheTemplate(string: PageTemplates.password)
            confirm = try MustacheTemplate(string: PageTemplates.confirm)
            message = try MustacheTemplate(string: PageTemplates.message)
        }
    }

    // The templates are part of the program: tests render each of them.
    // swift-format-ignore: NeverUseForceTry
    private static let templates = try! Templates()

    /// Nothing but the one style of these pages, and forms that send to this server.
    private static let policy: String = {
        let style = Data(SHA256.hash(data: Data(PageTemplates.style.utf8))).base64EncodedString()
        return "default-src 'none'; style-src 'sha256-\(style)'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    }()

    private let status: HTTPResponse.Status
    private let html: String

    private init(_ status: HTTPResponse.Status, title: String, content: String) {
        self.status = status
        html = Self.templates.layout.render(["title": title, "style": PageTemplates.style, "content": content])
    }

    /// The form that uses a link.
    ///
    /// - Parameters:
    ///   - token: a valid one.
    ///   - email: the user's address.
    ///   - problem: why the form was not accepted before.
    static func form(
        _ purpose: LinkPurpose, token: String, email: EmailAddress, problem: String? = nil, status: HTTPResponse.Status = .ok
    ) -> Page {
        var values: [String: Any] = ["token": token, "email": email.description, "minimum": PasswordPolicy.minimumLength]
        if let problem { values["problem"] = problem }
        return switch purpose {
        case .confirmAddress: Page(status, title: "Confirm your address", content: templates.confirm.render(values))
        case .resetPassword: Page(status, title: "Set a new password", content: templates.password.render(values))
        }
    }

    static func message(_ status: HTTPResponse.Status, _ title: String, _ paragraphs: String...) -> Page {
        Page(status, title: title, content: templates.message.render(["paragraphs": paragraphs]))
    }

    /// Nobody keeps it, and no other site learns its address, which contains a token. With `no-referrer`, browsers would send the form with
    /// `Origin: null`, which ``BrowserRules`` refuse where there is no `Sec-Fetch-Site`: over plain HTTP, but to this machine.
    var response: Response {
        Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8", .contentSecurityPolicy: Self.policy, .referrerPolicy: "same-origin",
                .cacheControl: "no-store",
            ], body: .init(byteBuffer: ByteBuffer(string: html)))
    }
}

extension HTTPField.Name {
    fileprivate static let referrerPolicy = Self("Referrer-Policy")!
}
