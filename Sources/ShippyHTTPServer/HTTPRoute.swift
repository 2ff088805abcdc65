package import HTTPTypes
package import Hummingbird
package import ShippyAccess
import ShippyCore

/// A method and a path that a server answers, and what its caller must be allowed to do.
package struct HTTPRoute<Server: Sendable>: Sendable {
    package typealias Answer = @Sendable (_ server: Server) -> (_ call: HTTPCall) async throws -> Response

    package let method: HTTPRequest.Method
    package let path: PathTemplate
    /// Nil only for a route whose body names the operation. Its answer asks the gate.
    package let operation: AccessOperation?
    /// The user whom the path's parameter names; nil if the call is not about one.
    package let target: (@Sendable (_ parameter: String) -> CallTarget)?
    /// The parameters of the query; nil if others are ignored, too.
    package let query: [String]?
    package let answer: Answer
    /// The method and the template of the path, for metrics. It contains nothing that a client chooses.
    package let label: String

    package init(
        _ method: HTTPRequest.Method, _ path: PathTemplate, _ operation: AccessOperation?,
        on target: (@Sendable (_ parameter: String) -> CallTarget)? = nil, query: [String]? = [], _ answer: @escaping Answer
    ) {
        self.method = method
        self.path = path
        self.operation = operation
        self.target = target
        self.query = query
        self.answer = answer
        label = "\(method.rawValue) \(path.text)"
    }

    /// The same answer to HEAD. The server leaves out the body.
    var head: HTTPRoute { HTTPRoute(.head, path, operation, on: target, query: query, answer) }

    /// Refuses a query with a parameter that the route does not have, or with one twice.
    /// - Throws: ``ShippyError`` `.malformed`.
    func checkQuery(of request: Request) throws(ShippyError) {
        guard let query, request.uri.query != nil else { return }
        var names: Set<String> = []
        for (name, _) in request.uri.queryParameters {
            let name = String(name)
            guard query.contains(name) else { throw .unknown("query parameter", name, among: query) }
            guard names.insert(name).inserted else {
                throw ShippyError(.malformed, "query parameter \(name.quoted(limit: 40)) is given twice: send it once", field: name)
            }
        }
    }
}
