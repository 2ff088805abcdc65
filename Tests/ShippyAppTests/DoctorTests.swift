import ShippyConfiguration
import ShippyCore
import TestSupport
import Testing

@testable import ShippyApp

/// What is a finding, and how findings are written.
@Suite struct DoctorTests {
    private func texts(_ findings: [Finding]) -> [String] { findings.map { "\($0.gravity.rawValue): \($0.text)" } }

    // MARK: Areas

    @Test func settingsWithoutEffectAreNamedWithTheirOrigin() throws {
        func idle(_ environment: [String: String]) throws -> [String] {
            texts(ConfigurationChecks(try SettingSources(flags: ["home": "/h"], environment: environment, usesCurrentContext: false)).findings)
        }
        #expect(try idle([:]) == ["ok: all settings are valid, and none is without effect"])
        #expect(
            try idle(["SHIPPY_EVENT_REPLICAS": "3", "SHIPPY_SMTP_CONNECTIONS": "2", "SHIPPY_STORE_CONNECTIONS": "8"]) == [
                "warning: store-connections (SHIPPY_STORE_CONNECTIONS) has no effect without PostgreSQL",
                "warning: event-replicas (SHIPPY_EVENT_REPLICAS) has no effect on the embedded bus",
                "warning: smtp-connections (SHIPPY_SMTP_CONNECTIONS) has no effect while mails go to a folder",
            ])
        #expect(
            try idle(["SHIPPY_EVENT_REPLICAS": "3", "SHIPPY_BUS": "nats://h:1", "SHIPPY_STORE": "postgres://u@h/d", "SHIPPY_STORE_CONNECTIONS": "8"])
                == ["ok: all settings are valid, and none is without effect"])
        #expect(
            try idle(["SHIPPY_ALLOW_INSECURE": "true"]) == [
                "warning: allow-insecure (SHIPPY_ALLOW_INSECURE) has no effect while only this machine can reach the services"
            ])
        #expect(try idle(["SHIPPY_ALLOW_INSECURE": "true", "SHIPPY_OPS": "0.0.0.0:1"]) == ["ok: all settings are valid, and none is without effect"])
    }

    @Test func aDiskIsJudgedByItsRoomAndItsKind() {
        func disk(_ kind: FileSystem.Kind = .disk, free: Int64 = 1 << 40, files: Int64? = nil) -> [String] {
            DirectoryChecks.disk(FileSystem(kind: kind, free: free, freeFiles: files), at: "/h").map(\.gravity.rawValue)
        }
        #expect(disk() == [])
        #expect(disk(free: (1 << 30) - 1) == ["warning"])
        #expect(disk(free: (100 << 20) - 1) == ["fault"])
        #expect(disk(files: 999) == ["fault"])
        #expect(disk(.memory) == ["warning"])
        #expect(disk(.network("nfs4")) == ["fault"])
        #expect(DirectoryChecks.descriptors(1024).map(\.gravity) == [.warning])
        #expect(DirectoryChecks.descriptors(65_536) == [])
    }

    /// What the question took is not the clock's fault.
    @Test func aClockIsJudgedByItsDistance() {
        func clock(_ offset: Duration?, tolerance: Duration = .zero) -> [String] {
            EngineChecks.clock(EngineExamination(clockOffset: offset, clockTolerance: tolerance), of: "Engine 1").map(\.gravity.rawValue)
        }
        #expect(clock(nil) == [])
        #expect(clock(.seconds(1)) == ["ok"])
        #expect(clock(.seconds(-5)) == ["warning"])
        #expect(clock(.seconds(5), tolerance: .seconds(4)) == ["ok"])
        #expect(clock(.seconds(-3600)) == ["fault"])
        #expect(
            texts(EngineChecks.clock(EngineExamination(clockOffset: .seconds(-3600)), of: "Engine 1"))
                == ["fault: the clock of Engine 1 is 1h behind this machine's: tokens and links end too early or too late"])
    }

    @Test func aConsumerIsStuckOnlyIfItDoesNotCatchUp() {
        func stuck(_ first: Int, _ second: Int) -> [String] {
            texts(
                QueueChecks.stuck(
                    [BusStatus.Consumer(name: "mail", lag: first, inWork: 0)], [BusStatus.Consumer(name: "mail", lag: second, inWork: 0)]))
        }
        #expect(stuck(0, 5) == [])
        #expect(stuck(5, 4) == [])
        #expect(stuck(5, 5) == ["fault: the consumer mail is 5 events behind and does not catch up"])
        #expect(stuck(5, 9) == ["fault: the consumer mail is 9 events behind and does not catch up"])
    }

    @Test func eventsThatWaitOrWereSetAsideAreFaults() {
        #expect(QueueChecks.outbox(OutboxStatus(pending: 9, oldestAge: 59)) == [])
        #expect(texts(QueueChecks.outbox(OutboxStatus(pending: 9, oldestAge: 61))) == ["fault: 9 events wait for the bus, the oldest for 1m"])
        #expect(QueueChecks.outbox(OutboxStatus(pending: 0, oldestAge: 0, setAside: 2)).map(\.gravity) == [.fault])
    }

    @Test func mailsThatFailAgainAndAgainAreNamedWithTheUsualAnswer() throws {
        func mail(_ attempts: Int, _ reply: String) throws -> Mail {
            Mail(
                id: UUIDv7.next(), to: try EmailAddress("a@example.com"), template: .welcome, attempts: attempts, nextAttemptAt: .now,
                lastReply: reply,
                eventID: nil, requestID: "r", createdAt: .now)
        }
        #expect(MailChecks.failing([try mail(2, "451")]) == [])
        let mails = [try mail(3, "451 busy"), try mail(9, "550 no"), try mail(4, "451 busy"), try mail(0, "")]
        #expect(texts(MailChecks.failing(mails)) == ["warning: 3 of 4 waiting mails have failed 3 times and more; most often: \"451 busy\""])
        #expect(MailChecks.late(nil) == [])
        #expect(MailChecks.late(.seconds(-59)) == [])
        #expect(MailChecks.late(.seconds(-61)).map(\.gravity) == [.fault])
    }

    @Test func aSenderIsJudgedByItsDomain() {
        func domain(_ answer: DomainRecords.Answer) -> [String] { DomainRecords.findings(answer, of: "example.com").map(\.gravity.rawValue) }
        #expect(domain(.unknown) == [])
        #expect(domain(.none) == ["fault"])
        #expect(domain(.records(DomainRecords(takesMail: true, senders: "v=spf1 -all"))) == [])
        #expect(domain(.records(DomainRecords(takesMail: false, senders: nil))) == ["warning", "warning"])
    }

    @Test func aKeyThatHasSignedForHalfAYearIsOld() {
        let now = Timestamp.now
        func key(_ days: Int) -> [StoredSigningKey] {
            [
                StoredSigningKey(
                    id: "k", publicKey: [], sealedPrivateKey: [], createdAt: now, signsFrom: now - .seconds(days * 86_400), retiresAt: nil)
            ]
        }
        #expect(KeyChecks.age(key(179), at: now).map(\.gravity) == [.ok])
        #expect(KeyChecks.age(key(181), at: now).map(\.gravity) == [.warning])
    }

    // MARK: Output

    @Test func linesAreBrokenBetweenWordsAndTheAdviceStandsBelow() {
        let findings = [Finding.ok(.store, "SQLite answers"), .fault(.mail, "one two three four five six", advice: "do this")]
        #expect(
            DoctorReport(findings, isWhole: true).text(style: .plain, width: 36) == """
                ok     store  SQLite answers
                fault  mail   one two three four
                              five six
                              -> do this

                1 fault, 0 warnings

                """)
        #expect(DoctorReport([], isWhole: false).text(style: .plain, width: 80) == "everything is in order\n")
    }
}
