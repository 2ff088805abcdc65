import Foundation
import ShippyAccess
import ShippyCore
import TestSupport
import Testing

@testable import ShippyNotificator

@Suite struct TemplateTests {
    private let link = MailLinks.Rendered(
        url: "https://accounts.example.org/confirm?token=shl_x&y", expiresAt: Timestamp(milliseconds: 1_767_326_645_678))

    private func mail(_ template: Mail.Template, name: String) -> Mail {
        var mail = Samples.mail()
        mail.template = template
        mail.name = name
        mail.content = "the content"
        return mail
    }

    /// The subject, the text and the HTML.
    private func parts(_ template: Mail.Template, name: String = "Ada", link: MailLinks.Rendered?, directory: String? = nil) throws -> [String] {
        let renderer = try MailRenderer(directory: directory, sender: EmailAddress("shippy@example.org"))
        let message = String(decoding: try renderer.render(mail(template, name: name), link: link).message, as: UTF8.self)
        let subject = try #require(message.firstMatch(of: #/Subject: (.*)\r\n/#)?.1)
        return [String(subject)] + MailParts.bodies(of: message)
    }

    @Test(arguments: Mail.Template.allCases)
    func everyMailIsComplete(template: Mail.Template) throws {
        for link in template.needsLink ? [link] : [link, nil] {
            for name in ["Ada", ""] {
                let parts = try parts(template, name: name, link: link)
                #expect(parts.count == 3)
                for part in parts {
                    #expect(!part.isEmpty && !part.contains("{{") && !part.contains("}}"))
                    #expect(!part.contains("Hi !") && !part.contains("\n\n\n"))
                }
                #expect(parts[1].hasSuffix("\n") && !parts[1].hasSuffix("\n\n"))
                #expect(parts[2].hasPrefix("<!doctype html>") && parts[2].hasSuffix("</body></html>\n"))
            }
        }
    }

    @Test(arguments: [Mail.Template.welcome, .confirmAddress, .resetPassword, .addressChanged])
    func theLinkIsInBothParts(template: Mail.Template) throws {
        let with = try parts(template, link: link)
        #expect(with[1].contains("\n\(link.url)\n"))
        #expect(with[2].contains(#"<a href="https://accounts.example.org/confirm?token=shl_x&amp;y">"#))
        for part in with.dropFirst() {
            #expect(part.contains("works once, within one hour, until 2026-01-02 04:04 UTC"))
        }
    }

    @Test(arguments: [Mail.Template.welcome, .passwordChanged, .addressChanged])
    func withoutALinkNothingIsSaidOfOne(template: Mail.Template) throws {
        for part in try parts(template, link: nil).dropFirst() {
            #expect(!part.contains("link") && !part.contains("until") && !part.contains("href"))
        }
    }

    /// What earlier releases sent, byte for byte.
    @Test func theWelcomeMailStaysAsItWas() throws {
        let parts = try parts(.welcome, link: nil)
        #expect(parts[1] == "Hi Ada! Thank you for registration...\n\nYour account is ada@example.com.\n")
        #expect(
            parts[2] == """
                <!doctype html>
                <html><body>
                <p>Hi Ada! Thank you for registration...</p>
                <p>Your account is <strong>ada@example.com</strong>.</p>
                </body></html>

                """)
    }

    @Test func filesTakeThePlaceOfEachTemplate() throws {
        let directory = try TemporaryDirectory()
        for template in Mail.Template.allCases {
            try "{{{name}}} {{{url}}} {{{until}}}".write(
                toFile: directory("\(template.rawValue).txt.mustache"), atomically: true, encoding: .utf8)
            let text = try parts(template, link: link, directory: directory.path)[1]
            #expect(text == "Ada \(link.url) 2026-01-02 04:04 UTC")
        }
    }

    @Test func whatANameContainsIsEscaped() throws {
        for template in Mail.Template.allCases {
            #expect(try !parts(template, name: "<img src=x>", link: link)[2].contains("<img"))
        }
    }
}
