import GRPCCore

/// What tells a service who calls: an access token, or nothing.
///
/// A token is never logged, and never part of an error.
package struct CallCredentials: Sendable {
    /// The name of the metadata (RFC 6750, 2.1; gRPC's keys are lower case).
    static let metadataKey = "authorization"

    /// Calls without a token.
    package static let none = CallCredentials { _ in nil }

    private let provider: @Sendable (_ refused: String?) async throws -> String?

    /// - Parameter provider: returns the token for the next call, nil for none. It is called for each call, and may get a new token
    ///   first. `refused` is a token of its own that a service has just refused: then it returns another one, or the same if there
    ///   is none.
    package init(_ provider: @escaping @Sendable (_ refused: String?) async throws -> String?) {
        self.provider = provider
    }

    /// - Throws: ``ShippyError`` of whatever gets the token.
    func token(insteadOf refused: String? = nil) async throws -> String? { try await provider(refused) }

    static func metadata(_ token: String?) -> Metadata {
        guard let token else { return [:] }
        return [metadataKey: .string("Bearer \(token)")]
    }
}
