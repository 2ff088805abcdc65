import Foundation
import ShippyCore
import Testing

@testable import ShippyConfiguration

@Suite struct EngineURLTests {
    @Test(arguments: [
        ("postgres://u:canary@h/d", "postgres://…@h/…"), ("postgres://u:ca/nary@h/d", "postgres://…@h/…"),
        ("postgres://u:canary@x@h", "postgres://…@h"), ("postgres://u:canary#x@h", "postgres://…@h"), ("postgres://u:canary?x@h", "postgres://…"),
        ("postgres://h/d?user=u&password=canary", "postgres://h/…"), ("postgres://h?password=can@ary", "postgres://…"),
        ("nats://canary@h:4222,i:4223", "nats://…@h:4222,i:4223"), ("nats://h?creds=canary", "nats://h/…"), ("tls://u:canary", "tls://…"),
        ("smtp://u:%zzcanary@[::1]:25", "smtp://…@[::1]:25"), ("postgres:/u:canary@h", "postgres:…"), ("postgres:u:canary@h", "postgres:…"),
        ("password=canary host=h", "…"), ("canary", "…"), ("u:canary@h", "u:…"), ("http://h/canary", "http://h/…"), ("x://h canary", "x://…"),
        ("maildir:/var/mail", "maildir:/var/mail"), ("etcd://a:1,b:2", "etcd://a:1,b:2"), ("embedded", "embedded"),
    ])
    func onlySchemeAndHostAreShown(url: String, shown: String) {
        #expect(URLs.redacted(url) == shown)
    }

    /// libpq would take what follows the first `@` for the host, and show it wherever that cannot be reached.
    @Test func anAtSignInAPasswordOfPostgreSQLMustBeEncoded() throws {
        #expect(throws: Unreadable.self) { try StoreURL("postgres://u:can@ry@h/d") }
        #expect(try StoreURL("postgres://u:can%40ry@h/d") == .postgres(url: "postgres://u:can%40ry@h/d"))
    }

    /// Whatever is wrong with a URL, and wherever it comes from.
    @Test(arguments: [
        "canary", "can/ary", "can?ary", "can#ary", "can@ary", "%canary", "canary%", "canary%00", "ca:nary", "canary[", "can ary", "c\u{1b}anary",
    ])
    func noErrorShowsAPassword(password: String) throws {
        for (row, scheme) in [
            (Settings.store.row, "postgres"), (Settings.bus.row, "nats"), (Settings.registry.row, "etcd"), (Settings.mailer.row, "smtp"),
            (Settings.store.row, "mysql"),
        ] {
            for tail in ["@h:x/d", "@", "@h?tls=maybe", "@h/d?what=1", "@[::1", ""] {
                let url = "\(scheme)://u:\(password)\(tail)"
                for sources in [
                    try SourcesUnderTest().sources(flags: [row.name: url]), try SourcesUnderTest().sources(environment: [row.variable: url]),
                    try SourcesUnderTest(file: "\(row.name): '\(url)'").sources(),
                ] {
                    for problem in sources.problems() {
                        for part in ["canary", "nary", "anary", "ary@"] { #expect(!problem.message.contains(part), "\(problem.message)") }
                    }
                }
            }
        }
    }

    @Test(arguments: [
        ("store", "postgres://u:a/b@h"), ("store", "postgres://h/d?password=x"), ("store", "postgres://h/d?user=u&sslpassword=x"),
        ("bus", "nats://token@h"), ("mailer", "smtp://u:a?b@h"), ("bus", "nats://h?token=x"), ("mailer", "smtp://u:x@h"),
    ])
    func aFlagWithAPasswordIsRefused(option: String, url: String) throws {
        #expect(try SourcesUnderTest().message(flags: [option: url])?.contains("contains a password") == true)
    }

    @Test(arguments: [("store", "postgres://u@h/d?sslmode=require"), ("bus", "nats://h:4222?creds=/file"), ("mailer", "smtp://h:25?tls=none")])
    func aFlagWithoutAPasswordIsTaken(option: String, url: String) throws {
        _ = try SourcesUnderTest().configuration(flags: [option: url])
    }

    /// A certificate says that encryption is wanted.
    @Test func aCertificateWithoutEncryptionIsRefused() throws {
        for name in ["ca", "cert", "key"] {
            let bus = #expect(throws: Unreadable.self) { try BusURL("nats://h?\(name)=/f&cert=/f&key=/f") }
            #expect(bus?.advice.contains("use tls://HOST:PORT") == true)
            let registry = #expect(throws: Unreadable.self) { try RegistryURL("etcd://h?\(name)=/f") }
            #expect(registry?.advice.contains("use etcds://HOST:PORT") == true)
        }
        let mailer = #expect(throws: Unreadable.self) { try MailerURL("smtp://h?tls=none&ca=/f") }
        #expect(mailer?.advice.contains("tls=none") == true)
        for url in ["tls://h?cert=/f", "tls://h?key=/f"] { #expect(throws: Unreadable.self) { try BusURL(url) } }
        for url in ["etcds://h?cert=/f", "etcds://h?key=/f"] { #expect(throws: Unreadable.self) { try RegistryURL(url) } }
        _ = try BusURL("tls://h?ca=/f&cert=/f&key=/f")
        _ = try RegistryURL("etcds://h?ca=/f&cert=/f&key=/f")
        _ = try MailerURL("smtp://h?ca=/f")
    }

    @Test func mailersAreRead() throws {
        #expect(try MailerURL("maildir:/m") == .maildir("/m"))
        #expect(
            try MailerURL("smtp://u:p@mail.example:2525")
                == .smtp(SMTPURL(host: "mail.example", port: 2525, security: .startTLS, user: "u", password: "p")))
        #expect(try MailerURL("smtps://mail.example") == .smtp(SMTPURL(host: "mail.example", port: 465, security: .implicit)))
        #expect(try MailerURL("smtp://localhost:25?tls=none") == .smtp(SMTPURL(host: "localhost", port: 25, security: .plain)))
    }

    @Test(arguments: ["ftp://x", "smtp://", "maildir:", "smtp://u:canary@h?tls=none", "smtp://h?tls=maybe", "smtps://h?tls=none", "nonsense"])
    func othersAreRefusedWithoutTheirPassword(text: String) {
        let error = #expect(throws: Unreadable.self) { try MailerURL(text) }
        #expect(error?.advice.contains("canary") == false)
    }

    @Test func serversAreRead() throws {
        #expect(
            try BusURL("tls://u:p@a:1,b?stream=S&creds=/c")
                == .nats(NATSURL(servers: ["tls://u:p@a:1", "tls://u:p@b:4222"], stream: "S", credentialsFile: "/c")))
        let etcd = try RegistryURL("etcds://u:p%40@a:1,b")
        #expect(
            etcd
                == .etcd(
                    EtcdURL(
                        endpoints: [HostPort(host: "a", port: 1), HostPort(host: "b", port: 2379)], isEncrypted: true, user: "u", password: "p@")))
        #expect(etcd.place == "etcds://a:1,b:2379")
    }
}
