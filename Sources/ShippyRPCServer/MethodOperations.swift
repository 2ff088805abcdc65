package import GRPCCore
package import ShippyAccess

/// What a caller of each method of a gRPC service must be allowed to do.
package struct MethodOperations: Sendable, ExpressibleByDictionaryLiteral {
    /// By the method's full name, such as `pb.UserService/Get`.
    private let operations: [String: [AccessOperation]]

    /// - Parameter elements: each method, with its operation. If that depends on the request, all operations that it can be.
    package init(dictionaryLiteral elements: (MethodDescriptor, [AccessOperation])...) {
        self.init(elements)
    }

    package init(_ elements: [(MethodDescriptor, [AccessOperation])]) {
        operations = Dictionary(uniqueKeysWithValues: elements.map { ($0.fullyQualifiedMethod, $1) })
    }

    /// Empty for an unknown method.
    package subscript(_ fullName: String) -> [AccessOperation] { operations[fullName] ?? [] }

    /// The methods with an operation.
    package var methods: Set<String> { Set(operations.filter { !$0.value.isEmpty }.keys) }
}
