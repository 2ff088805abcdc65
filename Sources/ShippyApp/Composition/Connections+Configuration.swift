import Foundation
import ShippyClient
import ShippyConfiguration
import ShippyTLS

extension Connections {
    /// A command trusts services of its own user, of root, and of the data directory's owner.
    convenience init(_ configuration: Configuration) {
        let owner = try? FileManager.default.attributesOfItem(atPath: configuration.home)[.ownerAccountID] as? NSNumber
        self.init(
            tls: ClientTLS(configuration), allowsInsecure: configuration.allowsInsecureCalls,
            trusted: Set([geteuid(), 0] + [owner.map { uid_t(truncating: $0) }].compactMap { $0 }))
    }
}

extension Configuration {
    /// Whether this command may send secrets to other machines without encryption.
    ///
    /// Only whoever gives the command says so. In `config.yaml`, the setting is about the listeners of the services.
    var allowsInsecureCalls: Bool {
        guard allowInsecure else { return false }
        return switch sources.given(Settings.allowInsecure.row)?.origin {
        case .flag, .variable: true
        case .tutorial, .context, .file, .standard, nil: false
        }
    }
}
