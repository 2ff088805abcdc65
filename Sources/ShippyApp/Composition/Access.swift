import Foundation
import Logging
import ShippyAccess
import ShippyConfiguration
import ShippyCore
import ShippyUsers

/// Who may do what in a process, configured, on an open store.
struct Access: Sendable {
    /// The `aud` of access tokens, and their `iss`.
    private static let name = "shippy"

    let state: AccessState
    let authenticator: Authenticator
    let gate: AccessGate
    let service: AccessService

    /// - Parameter isOpenToOthers: whether other machines can reach one of the process's addresses.
    /// - Throws: ``ShippyError`` `.usage` or `.denied` for a key file that cannot be used.
    init(
        _ configuration: Configuration, secret: AccessSecret, store: any Store, users: UsersService, isOpenToOthers: Bool, lastWrite: LastWrite,
        logger: Logger
    ) throws {
        let shared = try configuration.sharedKeyFile.map { SharedSecretTokens(try SharedSecretKey.load($0)) }
        state = AccessState(store: store, secret: secret, logger: logger)
        authenticator = Authenticator(
            store: store, state: state, verifier: AccessTokenVerifier(issuer: Self.name, audience: Self.name), sharedSecret: shared,
            certificateRoles: Dictionary(configuration.certificateRoles.map { ($0.name, $0.role) }) { max($0, $1) }, logger: logger)
        gate = AccessGate(
            configuration.accessRules(isOpenToOthers: isOpenToOthers), find: { try await users.target($0) },
            denials: DenialLog(store: store, logger: logger),
            authenticate: { [authenticator] in try await authenticator.caller($0) })
        service = AccessService(
            store: store, state: state, signer: AccessTokenSigner(issuer: Self.name, audience: Self.name), sharedSecret: shared, hasher: users.hasher,
            attempts: users.attempts, lastWrite: lastWrite,
            options: AccessService.Options(
                mailDomain: configuration.ownMailDomain, sessionLifetime: configuration.sessionLifetime,
                announcesLogins: configuration.announcesLogins, eventEncoding: configuration.eventEncoding),
            logger: logger)
    }

    /// The installation's secret. A file that is not named is made in the data directory when it is missing, but never for a store with keys
    /// that were encrypted under another secret. A store that is away tells nothing: if it turns out to have such keys, the process is never
    /// ready, and says why. The log tells of a new secret of a store that other machines use, too: they need the same.
    ///
    /// - Throws: ``ShippyError`` `.usage` or `.denied`, with what to do, for a file that cannot be used and for the secret of another store.
    static func secret(_ configuration: Configuration, store: any AccessStore, logger: Logger) async throws -> AccessSecret {
        // First: a secret is always there before the keys that are encrypted under it, also if another process is just making both.
        let stored = try? await store.signingKeys()
        let present = try presentSecret(configuration)
        if let stored, !stored.keys.isEmpty {
            guard let present else { throw missingSecret(configuration) }
            _ = try KeyRing(stored, secret: present, at: .now)
        }
        if let present { return present }
        try PrivateFile.prepareDirectory(configuration.home)
        let made = try AccessSecret.loadOrMake(configuration.secretPath)
        if !configuration.store.isEmbedded {
            logger.notice(
                "made the installation's secret: copy it to every other machine before its services start",
                metadata: [LogKey.file: "\(configuration.secretPath)"])
        }
        return made
    }

    /// Checks that whoever runs this command can read the secret under which the keys in the store are encrypted.
    /// - Throws: ``ShippyError`` `.denied` or `.usage`.
    static func requireOwner(_ configuration: Configuration, store: any AccessStore) async throws {
        guard let secret = try presentSecret(configuration) else {
            throw ShippyError(
                .denied,
                "this needs the installation's secret, which is not in \(configuration.secretPath): name it with \(Settings.secretFile.row.flag)")
        }
        let stored = try await store.signingKeys()
        if !stored.keys.isEmpty { _ = try KeyRing(stored, secret: secret, at: .now) }
    }

    private static func missingSecret(_ configuration: Configuration) -> ShippyError {
        ShippyError(
            .usage,
            """
            there is no secret in \(configuration.secretPath), and the store has keys that were encrypted with one: copy the file `secret` of the \
            first machine, or of the backup, to that place, or name it with \(Settings.secretFile.row.flag); if it is lost, \
            `shippy key revoke --all` removes the keys, and everybody has to log in again
            """)
    }

    /// The installation's secret; nil if there is none yet.
    static func presentSecret(_ configuration: Configuration) throws -> AccessSecret? {
        if let file = configuration.secretFile { return try AccessSecret.load(file) }
        let file = configuration.secretPath
        return FileManager.default.fileExists(atPath: file) ? try AccessSecret.load(file) : nil
    }
}
