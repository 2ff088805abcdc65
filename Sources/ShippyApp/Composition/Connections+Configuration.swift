import Foundation
import ShippyClient
import ShippyConfiguration
import ShippyTLS

extension Connections {
    /// A command trusts services of its own user, of root, and of the data directory's owner.
    convenience init(_ configuration: Configuration) {
        let owner = try? FileManager.default.attributesOfItem(atPath: configuration.home)[.ownerAccountID] as? NSNumber
        self.init(
            tls: ClientTLS(configuration), allowsInsecure: configuration.allowInsecure,
            trusted: Set([geteuid(), 0] + [owner.map { uid_t(truncating: $0) }].compactMap { $0 }))
    }
}
