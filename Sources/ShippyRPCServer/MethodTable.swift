import GRPCCore

/// The methods that a server answers, by path.
package struct MethodTable: Sendable {
    private var methods: [String: MethodDescriptor] = [:]
    private let services: [String: String]

    /// - Parameter services: services that clients call by other names, too: the last dotted part of such a name, and the service's
    ///   own name. With `["Auth": "pb.UserService"]`, `/any.name.Auth/Get` and `/Auth/Get` are `pb.UserService/Get`.
    package init(services: [String: String] = [:]) {
        self.services = services
    }

    mutating func add(_ method: MethodDescriptor) {
        methods["/\(method.fullyQualifiedMethod)"] = method
    }

    subscript(path: String) -> MethodDescriptor? {
        if let method = methods[path] { return method }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].isEmpty, let last = parts[1].split(separator: ".", omittingEmptySubsequences: false).last,
            let service = services[String(last)]
        else { return nil }
        return methods["/\(service)/\(parts[2])"]
    }
}
