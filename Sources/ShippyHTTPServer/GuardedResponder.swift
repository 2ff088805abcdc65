import HTTPTypes
package import Hummingbird

/// Refuses requests that ``BrowserRules`` do not allow, before the path is looked at, and tells browsers not to guess the content
/// type of answers (`nosniff`). Answers have no CORS headers, so pages of other origins cannot read them.
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
