/// How a call came to a service.
package enum CallWay: String, CaseIterable, Sendable {
    case http, grpc
    /// By a command that runs the service itself.
    case command

    /// `over HTTP`
    package var phrase: String {
        switch self {
        case .http: "over HTTP"
        case .grpc: "over gRPC"
        case .command: "by a command"
        }
    }
}
