import Foundation
import ShippyCore
import ShippyTLS
import Synchronization
import TestSupport
import Testing

@Suite struct RenewalTests {
    private let authority: TestAuthority
    private let log = LogRecord()

    init() throws {
        authority = try TestAuthority()
    }

    private func tls(_ keyPair: TLSFiles.KeyPair) throws -> ServerTLS { try ServerTLS(TLSFiles(keyPair: keyPair), logger: log.logger) }

    /// Two looks at the files find the same change.
    private func look(_ tls: ServerTLS) {
        for _ in 0..<3 { tls.refresh() }
    }

    private func end(_ tls: ServerTLS) throws -> Timestamp { try #require(tls.ends.first).notAfter }

    @Test func renewedFilesAreTakenUp() throws {
        let tls = try tls(try authority.issue("localhost", days: 5))
        let before = try end(tls)
        look(tls)
        #expect(try end(tls) == before)
        #expect(log.lines.isEmpty)
        try authority.issue("localhost", days: 7)
        tls.refresh()
        #expect(try end(tls) == before, "one of the two files may still be missing")
        tls.refresh()
        #expect((try end(tls) - before).seconds > 86_400)
        look(tls)
        #expect(log.lines.count == 1)
        #expect(log.lines[0].hasPrefix("notice certificates renewed"))
    }

    @Test func aPairThatDoesNotMatchKeepsTheOldOne() throws {
        let keyPair = try authority.issue("localhost", days: 5)
        let tls = try tls(keyPair)
        let before = try end(tls)
        let stranger = try authority.issue("stranger", days: 7)
        try replace(keyPair.certificate, by: stranger.certificate)
        look(tls)
        look(tls)
        #expect(try end(tls) == before)
        #expect(log.lines.count == 1, "the reason is told once")
        #expect(log.lines[0].hasPrefix("warning renewed certificates cannot be used, keeping the old ones"))
        #expect(log.lines[0].contains("does not belong to the certificate in \(keyPair.certificate)"))
        // The rest of the renewal.
        try replace(keyPair.key, by: stranger.key)
        look(tls)
        #expect((try end(tls) - before).seconds > 86_400)
    }

    /// The authority's clock is ahead. Nothing changes but the time.
    @Test func aPairThatIsNotValidYetIsTakenUpOnceItIs() async throws {
        let tls = try tls(try authority.issue("localhost", days: 5))
        let before = try end(tls)
        // An authority of shippy's makes certificates valid from an hour before.
        try authority.issue("localhost", days: 7, at: .now + .seconds(3600 + 3))
        look(tls)
        #expect(try end(tls) == before)
        #expect(log.lines.count == 1)
        var later = ContinuousClock.now
        try await eventually("it is taken up") {
            later += .seconds(61)
            tls.refresh(at: later)
            return try end(tls) != before
        }
        #expect(log.lines.count == 2, "the reason is told once")
    }

    private func replace(_ path: String, by other: String) throws {
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: other, toPath: path)
    }

    @Test(arguments: ["expired", "missing", "empty", "readable"])
    func whatCannotBeUsedKeepsTheOldOne(fault: String) throws {
        let keyPair = try authority.issue("localhost", days: 5)
        let tls = try tls(keyPair)
        let before = try end(tls)
        switch fault {
        case "expired": _ = try authority.issueExpired("localhost")
        case "missing": try FileManager.default.removeItem(atPath: keyPair.key)
        case "empty": try Data().write(to: URL(fileURLWithPath: keyPair.certificate))
        default: try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: keyPair.key)
        }
        look(tls)
        look(tls)
        #expect(try end(tls) == before)
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.hasPrefix("warning renewed certificates cannot be used") == true, "\(log.lines)")
    }

    @Test func anEndThatIsNearIsReportedOnceADay() throws {
        let tls = try tls(try authority.issue("localhost", days: 30))
        let end = try end(tls)
        let hour = Duration.seconds(3600)
        tls.refresh(now: end - hour * (24 * 6 + 1))
        #expect(log.lines.isEmpty)
        for early in [24 * 6 - 1, 24 * 6 - 2, 24 * 5] { tls.refresh(now: end - hour * early) }
        #expect(log.lines.count == 1)
        #expect(log.lines[0].hasPrefix("warning certificate ends soon: renew it"))
        tls.refresh(now: end - hour * (24 * 5 - 2))
        #expect(log.lines.count == 2)
        tls.refresh(now: end + hour)
        #expect(log.lines.last?.hasPrefix("warning certificate has expired: renew it") == true)
        // A new one is none of this.
        try authority.issue("localhost", days: 30)
        for _ in 0..<3 { tls.refresh() }
        #expect(log.lines.last?.hasPrefix("notice certificates renewed") == true)
    }

    /// New connections are made and old ones used while the certificate is renewed again and again.
    @Test func noConnectionFailsAcrossARenewal() async throws {
        let tls = try tls(try authority.issue("localhost", days: 5))
        let server = try await EchoServer.start(tls)
        let client = ClientTLS(TLSFiles(authority: authority.certificate))
        let old = try await EchoClient.connect(to: server.address, as: "localhost", client)
        let isDone = Mutex(false)
        let renewals = Task { [authority] in
            var count = 0
            while !isDone.withLock({ $0 }) {
                try authority.issue("localhost", days: 5 + count % 20)
                for _ in 0..<3 { tls.refresh() }
                count += 1
                await Task.yield()
            }
            return count
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<300 {
                if number >= 16 { try await group.next() }
                group.addTask {
                    let answer = try await server.ask(client, as: "localhost")
                    #expect(answer == "-:hello")
                }
            }
            try await group.waitForAll()
        }
        isDone.withLock { $0 = true }
        #expect(try await renewals.value > 1)
        #expect(try await old.ask() == "-:hello")
        #expect(!log.lines.contains { $0.hasPrefix("warning") }, "\(log.lines)")
        try await server.stop()
    }

    /// A command may run for hours, and present a certificate that is renewed meanwhile.
    @Test func aClientTakesUpRenewedFiles() async throws {
        let files = TLSFiles(keyPair: try authority.issue("localhost"), clientAuthority: authority.certificate)
        let server = try await EchoServer.start(try ServerTLS(files, logger: log.logger))
        let keyPair = try authority.issue("billing")
        let client = ClientTLS(TLSFiles(keyPair: keyPair, authority: authority.certificate))
        #expect(try await server.ask(client) == "billing:hello")
        let stranger = try authority.issue("shipping")
        try replace(keyPair.certificate, by: stranger.certificate)
        #expect(try await server.ask(client) == "billing:hello", "half a renewal changes nothing")
        try replace(keyPair.key, by: stranger.key)
        #expect(try await server.ask(client) == "shipping:hello")
        try await server.stop()
    }
}
