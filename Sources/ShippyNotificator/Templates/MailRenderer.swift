import Foundation
import Mustache
package import ShippyCore

/// Renders a queued mail as the message to send.
package struct MailRenderer: Sendable {
    private struct Parts: Sendable {
        var subject: MustacheTemplate
        var text: MustacheTemplate
        var html: MustacheTemplate
    }

    private let templates: [Mail.Template: Parts]
    private let sender: EmailAddress
    private let senderName: String

    /// - Parameters:
    ///   - directory: files in it with names such as `welcome.subject.mustache`, `welcome.txt.mustache` and
    ///     `welcome.html.mustache` replace the built-in templates.
    ///   - sender: the From address. Its domain is part of each Message-ID.
    /// - Throws: ``ShippyError`` `.usage`, naming the file, if a template cannot be read or parsed.
    package init(directory: String?, sender: EmailAddress, senderName: String = "Shippy") throws {
        self.sender = sender
        self.senderName = senderName
        var templates: [Mail.Template: Parts] = [:]
        for template in Mail.Template.allCases {
            templates[template] = Parts(
                subject: try Self.load("\(template.rawValue).subject.mustache", directory),
                text: try Self.load("\(template.rawValue).txt.mustache", directory),
                html: try Self.load("\(template.rawValue).html.mustache", directory))
        }
        self.templates = templates
    }

    private static func load(_ name: String, _ directory: String?) throws -> MustacheTemplate {
        var source = DefaultTemplates.files[name] ?? ""
        if let path = directory.map({ "\($0)/\(name)" }), FileManager.default.fileExists(atPath: path) {
            do {
                source = try String(contentsOfFile: path, encoding: .utf8)
            } catch {
                throw ShippyError(.usage, "cannot read template \(path): \(error.localizedDescription)")
            }
        }
        do {
            return try MustacheTemplate(string: source)
        } catch {
            throw ShippyError(.usage, "template \(name) in \(directory ?? "shippy") is not a valid Mustache template: \(error)")
        }
    }

    /// The message of `mail`. The same mail and link always make the same bytes.
    ///
    /// - Parameter link: the link in it, if it has one.
    /// - Throws: ``ShippyError`` `.invalid` for an invalid address, such as one edited in the database.
    func render(_ mail: Mail, link: MailLinks.Rendered? = nil) throws -> OutgoingMail {
        let message = try message(mail, link: link)
        return OutgoingMail(id: mail.id, from: message.from, to: message.to, message: message.bytes)
    }

    /// What `mail` looks like, for people.
    ///
    /// - Parameter links: make its link, which has `…` in place of what makes it valid.
    /// - Throws: as above.
    package func preview(_ mail: Mail, links: MailLinks) throws -> MailPreview {
        let message = try message(mail, link: links.hiddenLink(for: mail))
        return MailPreview(subject: message.subject, text: message.text, html: message.html, headers: message.headers)
    }

    private func message(_ mail: Mail, link: MailLinks.Rendered?) throws -> MailMessage {
        let recipient = try mail.to.checked()
        let parts = templates[mail.template]!
        // Blank values are left out, because Mustache treats an empty text as present: `{{#name}}` would greet an empty name.
        let values = [
            "name": mail.name, "company": mail.company, "email": recipient.description, "content": mail.content, "url": link?.url ?? "",
            "until": link.map { Self.minute($0.expiresAt) } ?? "",
        ].filter { _, text in !text.allSatisfy(\.isWhitespace) }
        return MailMessage(
            from: sender, fromName: senderName, to: recipient, toName: mail.name,
            subject: parts.subject.render(values), text: parts.text.render(values), html: parts.html.render(values),
            date: mail.createdAt, messageID: "\(Self.safe(mail.messageKey))@\(sender.domain)",
            requestID: Self.safe(mail.requestID))
    }

    /// `2026-01-02 03:04 UTC`
    private static func minute(_ time: Timestamp) -> String { "\(time.description.prefix(16).replacing("T", with: " ")) UTC" }

    /// Encodes an ID as RFC 5322 dot-atom text, without collisions: each byte but letters, digits, `_` and `-` becomes `=` and
    /// two hex digits.
    private static func safe(_ id: String) -> String {
        id.utf8.map { byte in
            let isPlain = byte.isASCIIAlphanumeric || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            return isPlain ? String(UnicodeScalar(byte)) : String(format: "=%02X", byte)
        }.joined()
    }
}
