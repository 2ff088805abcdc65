import ShippyCore
import TestSupport
import Testing

@testable import ShippyApp

/// Questions to a name server.
@Suite struct DomainRecordsTests {
    private func answer(_ records: [NameServer.Record]?, for domain: String = "example.com") throws -> DomainRecords.Answer {
        let server = try NameServer(records.map { ["example.com": $0] } ?? [:])
        defer { withExtendedLifetime(server) {} }
        return DomainRecords.of(domain, server: try HostPort("127.0.0.1:\(server.port)"))
    }

    /// A long text comes in several strings.
    @Test func theSPFRecordIsFoundAmongOthers() throws {
        let long = String(repeating: "x", count: 250)
        #expect(
            try answer([.mx("mail.example.com"), .txt([long, long]), .txt(["v=spf1 ", "mx -all"]), .txt(["v=spf10"])])
                == .records(DomainRecords(takesMail: true, senders: "v=spf1 mx -all")))
    }

    @Test func aDomainWithoutRecordsIsToldFromOneThatDoesNotExist() throws {
        #expect(try answer([]) == .records(DomainRecords(takesMail: false, senders: nil)))
        #expect(try answer([.txt(["v=spf10 all"])]) == .records(DomainRecords(takesMail: false, senders: nil)))
        #expect(try answer(nil) == DomainRecords.Answer.none)
    }

    @Test func nobodyWhoAnswersIsNoFault() throws {
        // A TCP port: nothing listens on UDP.
        let listener = try RefusingListener()
        #expect(DomainRecords.of("example.com", server: try HostPort("127.0.0.1:\(listener.port)")) == .unknown)
        withExtendedLifetime(listener) {}
    }
}
