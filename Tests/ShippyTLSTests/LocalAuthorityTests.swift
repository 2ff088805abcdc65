import Foundation
import ShippyCore
import ShippyTLS
import TestSupport
import Testing

@Suite struct LocalAuthorityTests {
    private let directory: TemporaryDirectory
    private static let day = Duration.seconds(86_400)

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func mode(_ name: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: directory(name))[.posixPermissions] as? Int)
    }

    private func facts(_ name: String) throws -> CertificateFacts {
        try #require(try CertificateFacts.read(directory(name)).first)
    }

    @Test func keysArePrivateAndCertificatesAreNot() throws {
        let (authority, isNew) = try LocalAuthority.open(in: directory.path)
        try authority.issue(for: try CertificateHost("alpha"), days: 30, replacing: false)
        #expect(isNew)
        #expect(try mode("ca-key.pem") == 0o600)
        #expect(try mode("alpha-key.pem") == 0o600)
        #expect(try mode("ca.pem") == 0o644)
        #expect(try mode("alpha.pem") == 0o644)
        // Nothing else is left.
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() == ["alpha-key.pem", "alpha.pem", "ca-key.pem", "ca.pem"])
    }

    @Test func anAuthorityIsUsedAgain() throws {
        _ = try LocalAuthority.open(in: directory.path)
        let before = try facts("ca.pem")
        let (authority, isNew) = try LocalAuthority.open(in: directory.path)
        #expect(!isNew)
        #expect(try facts("ca.pem") == before)
        try authority.issue(for: try CertificateHost("alpha"), days: 30, replacing: false)
        #expect(try facts("alpha.pem").issuer == before.subject)
        #expect(before.isAuthority)
        #expect(try !facts("alpha.pem").isAuthority)
    }

    @Test func aHostHasItsNames() throws {
        let authority = try LocalAuthority.open(in: directory.path).authority
        try authority.issue(for: try CertificateHost("Alpha.example.com,10.0.0.5,fd00::1"), days: 30, replacing: false)
        let facts = try facts("alpha.example.com.pem")
        #expect(facts.names == ["alpha.example.com", "10.0.0.5", "fd00::1"])
        #expect(facts.subject == "CN=alpha.example.com")
        #expect(facts.commonName == "alpha.example.com")
        let long = [String](repeating: "abcdefghijklmnopqrst", count: 5).joined(separator: ".")
        try authority.issue(for: try CertificateHost(long), days: 30, replacing: false)
        #expect(try self.facts("\(long).pem").names == [long])
    }

    @Test func nothingIsReplacedUnasked() throws {
        let authority = try LocalAuthority.open(in: directory.path).authority
        let host = try CertificateHost("alpha")
        try authority.issue(for: host, days: 30, replacing: false)
        let before = try Data(contentsOf: URL(fileURLWithPath: directory("alpha-key.pem")))
        let error = #expect(throws: ShippyError.self) { try authority.issue(for: host, days: 30, replacing: false) }
        #expect(error?.code == .conflict)
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory("alpha-key.pem"))) == before)
        try authority.issue(for: host, days: 30, replacing: true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory("alpha-key.pem"))) != before)
    }

    @Test func aCertificateLastsNoLongerThanAllowed() throws {
        let authority = try LocalAuthority.open(in: directory.path).authority
        try authority.issue(for: try CertificateHost("alpha"), days: LocalAuthority.leafDays, replacing: false)
        let facts = try facts("alpha.pem")
        #expect(facts.notAfter - facts.notBefore <= Self.day * 397)
        #expect(facts.notAfter - .now > Self.day * 396)
        #expect(facts.fault(at: .now) == nil)
    }

    @Test func aCertificateEndsWithItsAuthority() throws {
        let authority = try LocalAuthority.open(in: directory.path, now: .now - Self.day * 3500).authority
        try authority.issue(for: try CertificateHost("alpha"), days: LocalAuthority.leafDays, replacing: false)
        #expect(try facts("alpha.pem").notAfter == facts("ca.pem").notAfter)
    }

    @Test func anExpiredAuthoritySignsNothing() throws {
        _ = try LocalAuthority.open(in: directory.path, now: .now - Self.day * 3660)
        let error = #expect(throws: ShippyError.self) { try LocalAuthority.open(in: directory.path) }
        #expect(error?.message.contains("expired at") == true)
    }

    @Test func halfAnAuthorityIsNotReplaced() throws {
        _ = try LocalAuthority.open(in: directory.path)
        for name in ["ca.pem", "ca-key.pem"] {
            try FileManager.default.moveItem(atPath: directory(name), toPath: directory("away"))
            #expect(throws: ShippyError.self) { try LocalAuthority.open(in: directory.path) }
            #expect(!FileManager.default.fileExists(atPath: directory(name)))
            try FileManager.default.moveItem(atPath: directory("away"), toPath: directory(name))
        }
        _ = try LocalAuthority.open(in: directory.path)
    }

    @Test func anAuthorityWithAnOpenKeyIsNotUsed() throws {
        _ = try LocalAuthority.open(in: directory.path)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: directory("ca-key.pem"))
        let error = #expect(throws: ShippyError.self) { try LocalAuthority.open(in: directory.path) }
        #expect(error?.code == .denied)
    }

    @Test func aHostIsNoAuthority() throws {
        let other = try TemporaryDirectory()
        let authority = try LocalAuthority.open(in: other.path).authority
        try authority.issue(for: try CertificateHost("alpha"), days: 30, replacing: false)
        try FileManager.default.copyItem(atPath: other("alpha.pem"), toPath: directory("ca.pem"))
        try FileManager.default.copyItem(atPath: other("alpha-key.pem"), toPath: directory("ca-key.pem"))
        let error = #expect(throws: ShippyError.self) { try LocalAuthority.open(in: directory.path) }
        #expect(error?.message.contains("is not the certificate of an authority") == true)
    }

    @Test(arguments: [
        ("alpha", ["alpha"]), ("LOCALHOST", ["localhost", "127.0.0.1", "::1"]), ("127.0.0.1", ["127.0.0.1", "localhost", "::1"]),
        ("a.b-c.d,10.1.2.3,a.b-c.d", ["a.b-c.d", "10.1.2.3"]), ("fd00::1", ["fd00::1"]), ("x,localhost", ["x", "localhost", "127.0.0.1", "::1"]),
    ])
    func aHostIsParsed(text: String, names: [String]) throws {
        let host = try CertificateHost(text)
        #expect(host.names == names)
        #expect(host.name == names[0])
    }

    @Test(arguments: [
        "", ",", "a,", "a b", "../x", "a/b", "https://a", "a:80", "-a", "a-", "a..b", ".", "..", "*.example.com", "a_b", "ä.example", "a\nb",
    ])
    func anImpossibleHostIsRefused(text: String) {
        let error = #expect(throws: ShippyError.self) { try CertificateHost(text) }
        #expect(error?.code == .usage)
    }
}
