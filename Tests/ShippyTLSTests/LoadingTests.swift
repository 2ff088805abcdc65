import Foundation
import ShippyCore
import ShippyTLS
import TestSupport
import Testing

/// What is wrong with a server's files.
@Suite struct LoadingTests {
    private let authority: TestAuthority

    init() throws {
        authority = try TestAuthority()
    }

    private func refusal(_ keyPair: TLSFiles.KeyPair, clientAuthority: String? = nil) throws -> ShippyError {
        try #require(throws: ShippyError.self) {
            try ServerTLS(TLSFiles(keyPair: keyPair, clientAuthority: clientAuthority), logger: LogRecord().logger)
        }
    }

    @Test func anExpiredCertificateIsNamed() throws {
        let keyPair = try authority.issueExpired("alpha.example.com")
        let error = try refusal(keyPair)
        #expect(error.code == .usage)
        #expect(error.message.hasPrefix("the certificate of CN=alpha.example.com in \(keyPair.certificate) expired at 20"))
        #expect(error.message.contains("renew it"))
    }

    @Test func aCertificateOfTomorrowIsNamed() throws {
        let error = try refusal(try authority.issueForTomorrow("alpha.example.com"))
        #expect(error.code == .usage)
        #expect(error.message.contains("is not valid before 20"))
    }

    @Test func theKeyOfAnotherCertificateIsNamed() throws {
        let (one, two) = (try authority.issue("one"), try authority.issue("two"))
        let error = try refusal(TLSFiles.KeyPair(certificate: one.certificate, key: two.key))
        #expect(error.code == .usage)
        #expect(error.message.hasPrefix("the private key in \(two.key) does not belong to the certificate in \(one.certificate)"))
    }

    @Test(arguments: [0o644, 0o640, 0o660, 0o604])
    func aKeyThatOthersCanReadIsRefused(mode: Int) throws {
        let keyPair = try authority.issue("one")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: keyPair.key)
        // A key of root may be readable by its group.
        if geteuid() == 0, mode == 0o640 {
            _ = try ServerTLS(TLSFiles(keyPair: keyPair), logger: LogRecord().logger)
            return
        }
        let error = try refusal(keyPair)
        #expect(error.code == .denied)
        #expect(error.message == "private key \(keyPair.key) can be read or changed by other users: run `chmod 600 \(keyPair.key)`")
    }

    @Test func otherFilesAreNamed() throws {
        let keyPair = try authority.issue("one")
        let missing = authority.directory("missing.pem")
        #expect(try refusal(TLSFiles.KeyPair(certificate: missing, key: keyPair.key)).message == "cannot read \(missing): No such file or directory")
        #expect(try refusal(TLSFiles.KeyPair(certificate: keyPair.certificate, key: missing)).message == "private key \(missing) does not exist")
        #expect(try refusal(TLSFiles.KeyPair(certificate: keyPair.key, key: keyPair.key)).message.contains("has no certificate"))
        #expect(try refusal(keyPair, clientAuthority: keyPair.key).message.contains("has no certificate"))
        #expect(try refusal(TLSFiles.KeyPair(certificate: authority.directory.path, key: keyPair.key)).message.contains("is not a regular file"))
        let text = authority.directory("text.pem")
        try "no key\n".write(toFile: text, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: text)
        #expect(try refusal(TLSFiles.KeyPair(certificate: keyPair.certificate, key: text)).message.contains("has no private key"))
        #expect(try refusal(TLSFiles.KeyPair(certificate: text, key: keyPair.key)).message.contains("has no certificate"))
    }

    /// A message shows a path as it is, and never what is in a key.
    @Test func noKeyIsShown() throws {
        let (one, two) = (try authority.issue("one"), try authority.issue("two"))
        let secret = try String(contentsOfFile: two.key, encoding: .utf8).split(separator: "\n")[1]
        #expect(!(try refusal(TLSFiles.KeyPair(certificate: one.certificate, key: two.key)).message.contains(secret)))
        #expect(!(try refusal(TLSFiles.KeyPair(certificate: two.key, key: two.key)).message.contains(secret)))
    }

    @Test func theEndOfEachFileIsKnown() throws {
        let tls = try ServerTLS(TLSFiles(keyPair: try authority.issue("one"), clientAuthority: authority.certificate), logger: LogRecord().logger)
        #expect(tls.ends.map(\.setting) == ["tls-cert", "tls-client-ca"])
        #expect(tls.ends[1].notAfter > tls.ends[0].notAfter)
        #expect(tls.mark == "mutual")
        #expect(try ServerTLS(TLSFiles(keyPair: try authority.issue("one")), logger: LogRecord().logger).mark == "server")
    }
}
