import Foundation
import ShippyAccess
import ShippyConfiguration
import ShippyCore

/// The secret that a restored installation will have, if any is known.
struct GivenSecret: Sendable {
    let path: String
    let value: AccessSecret?
    /// Whether it must be copied into the data directory, because only this command knows where it is.
    private let isOnCommandLine: Bool

    /// - Throws: ``ShippyError`` `.usage` or `.denied`, with what to do, for a file that cannot be used; `.conflict` if the data directory
    ///   has another secret.
    init(_ configuration: Configuration, _ place: RestorePlace) throws {
        path = configuration.secretPath
        value = try Access.presentSecret(configuration)
        if case .flag = configuration.sources.given(Settings.secretFile.row)?.origin { isOnCommandLine = true } else { isOnCommandLine = false }
        guard isOnCommandLine, FileManager.default.fileExists(atPath: place.secret) else { return }
        guard try Self.content(path) == Self.content(place.secret) else {
            throw ShippyError(.conflict, "\(place.secret) is another secret than \(path): remove the wrong one")
        }
    }

    func copy(to target: String) throws {
        guard isOnCommandLine, value != nil, !FileManager.default.fileExists(atPath: target) else { return }
        var text = try Self.content(path)
        defer { text.withUnsafeMutableBytes { explicit_bzero($0.baseAddress!, $0.count) } }
        try PrivateFile.writeSecrets(text, to: target)
    }

    private static func content(_ path: String) throws -> [UInt8] {
        try SecretFile.read(path, name: "secret", limit: 2 * AccessSecret.size, remedy: AccessSecret.remedy) + [10]
    }
}
