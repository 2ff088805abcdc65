import ShippyAccess
import ShippyCore
import ShippyNotificator

extension AccessSecret {
    static let ofTests = AccessSecret(bytes: Array(repeating: 7, count: size))
}

extension MailLinks {
    static func forTests(_ secret: @escaping @Sendable () async throws -> AccessSecret = { .ofTests }) -> MailLinks {
        MailLinks(publicURL: PublicURL("https://accounts.example.org")!, secret: secret)
    }
}
