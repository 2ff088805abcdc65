import Foundation
import ShippyAccess
import ShippyConfiguration
import ShippyCore

/// What a command may do on its own machine because it can read the data directory.
enum OwnAccess {
    /// Makes a token with the installation's own secret.
    static let token: CommandCredentials.OwnerToken = { configuration in
        guard let secret = try Access.presentSecret(configuration) else { return nil }
        return OwnerToken.make(secret, at: .now)
    }
}

extension CommandContext {
    /// What this command shows to services.
    /// - Parameter refresh: see ``CommandCredentials``.
    func credentials(refresh: @escaping @Sendable (_ refreshToken: String) async throws -> Login) -> CommandCredentials {
        CommandCredentials(
            configuration, file: ContextFile(environment: ProcessInfo.processInfo.environment), ownerToken: OwnAccess.token, refresh: refresh)
    }
}
