package import GRPCCore

/// A gRPC service that declares what a caller of each of its methods must be allowed to do.
package protocol GuardedService: RegistrableRPCService {
    static var operations: MethodOperations { get }
    /// Other names by which clients call the service: see ``MethodTable/init(services:)``.
    static var names: [String: String] { get }
}

extension GuardedService {
    package static var names: [String: String] { [:] }

    /// The full names of the methods that the service registers.
    package var methods: Set<String> {
        var router = RPCRouter<UnaryServerTransport>()
        registerMethods(with: &router)
        return Set(router.methods.map(\.fullyQualifiedMethod))
    }
}
