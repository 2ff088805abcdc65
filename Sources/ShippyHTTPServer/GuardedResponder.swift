import HTTPTypes
package import Hummingbird

/// Answers what ``BrowserRules`` let pass, before anything looks at the path; and tells browsers to take no answer for what it is
/// not. No answer has CORS headers: a page of another origin is to read none.
package struct GuardedResponder<Inner: HTTPResponder>: HTTPResponder where Inner.Context == ConnectionContext {
    package typealias Context = ConnectionContext

    private let inner: Inner
    private let rules: BrowserRules

    package init(_ inner: Inner, rules: BrowserRules) {
        self.inner = inner
        self.rules = rules
    }

    package func respond(to request: Request, context: Context) async throws -> Response {
        var response =
            if let refusal = rules.refusal(of: request.head, localAddress: context.channel.localAddress?.ipAddress) {
                Response.problem(refusal, status: .forbidden)
            } else {
                try await inner.respond(to: request, context: context)
            }
        response.headers.append(.noSniffing)
        return response
    }
}

extension HTTPField {
    static let noSniffing = HTTPField(name: .xContentTypeOptions, value: "nosniff")
}
