import Foundation
import Logging
import ShippyConfiguration
import ShippyCore
import ShippyNotificator
import ShippyTLS

/// The checks of `shippy up` before it opens an engine. They create and open nothing.
enum StartCheck {
    static func problems(_ sources: SettingSources) -> [ShippyError] {
        var problems: [ShippyError] = []
        func check(_ body: () throws -> Void) {
            do {
                try body()
            } catch {
                problems.append(.wrapping(error, as: .usage))
            }
        }
        var read: Configuration?
        check { read = try Configuration(sources) }
        guard let configuration = read else { return problems }
        check { try RetentionRule.check(configuration) }
        check { _ = try Addresses(configuration, roles: Set(Role.allCases)) }
        check { if configuration.tlsCertificate != nil { _ = try ServerTLS(TLSFiles(configuration), logger: Logger(label: "shippy")) } }
        check { _ = try MailRenderer(directory: Services.templates(configuration), sender: configuration.mailFrom) }
        if case .sqlite(let path) = configuration.store {
            check { try PrivateFile.checkPreparable((path as NSString).deletingLastPathComponent) }
        }
        if case .maildir(let path) = configuration.mailer { check { try PrivateFile.checkPreparable(path) } }
        return problems
    }
}
