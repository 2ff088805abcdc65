import ShippyConfiguration
import ShippyCore
import ShippyNotificator

extension MailRenderer {
    /// The one for this configuration's templates and sender.
    /// - Throws: ``ShippyError`` `.usage` for templates that cannot be used.
    init(_ configuration: Configuration) throws {
        try self.init(directory: try Services.templates(configuration), sender: configuration.mailFrom)
    }
}

extension MailPreview {
    /// What a mail looks like when it is sent from here.
    /// - Throws: as above, and ``ShippyError`` `.invalid` for a mail that cannot be made.
    init(_ mail: Mail, _ configuration: Configuration) throws {
        self = try MailRenderer(configuration).preview(mail, links: MailLinks(publicURL: configuration.ownPublicURL))
    }
}
