package import HTTPTypes
package import Hummingbird
package import ShippyAccess

/// A method and a path that a server answers, and what its caller must be allowed to do.
package struct HTTPRoute<Server: Sendable>: Sendable {
    package typealias Answer = @Sendable (_ server: Server) -> (_ call: HTTPCall) async throws -> Response

    package let method: HTTPRequest.Method
    package let path: PathTemplate
    /// Nil only for a route whose body names the operation. Its answer asks the gate.
    package let operation: AccessOperation?
    /// The user whom the path's parameter names; nil if the call is not about one.
    package let target: (@Sendable (_ parameter: String) -> CallTarget)?
    package let answer: Answer
    /// The method and the template of the path, for metrics. It contains nothing that a client chooses.
    package let label: String

    package init(
        _ method: HTTPRequest.Method, _ path: PathTemplate, _ operation: AccessOperation?,
        on target: (@Sendable (_ parameter: String) -> CallTarget)? = nil, _ answer: @escaping Answer
    ) {
        self.method = method
        self.path = path
        self.operation = operation
        self.target = target
        self.answer = answer
        label = "\(method.rawValue) \(path.text)"
    }
}
