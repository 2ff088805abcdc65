import Foundation
import GRDB
import ShippyCore
import TestSupport
import Testing

@testable import EmbeddedEngines

@Suite struct DatabaseImageTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// A database with some megabytes of users and events.
    private func store() async throws -> SQLiteStore {
        let store = try SQLiteStore(path: directory("shippy.db"), events: .log(groups: []))
        for part in 0..<20 {
            _ = try await store.insert((0..<500).map { Samples.newUser("u\(part)-\($0)@example.com") })
        }
        return store
    }

    private func image(progress: (Double) throws -> Void = { _ in }) throws -> DatabaseImage {
        try DatabaseImage.make(of: directory("shippy.db"), in: directory.path, progress: progress)
    }

    private func names() throws -> Set<String> { Set(try FileManager.default.contentsOfDirectory(atPath: directory.path)) }

    private func saved(_ image: DatabaseImage) throws -> DatabaseQueue {
        var bytes = Data()
        try image.read { bytes.append(contentsOf: $0) }
        #expect(Int64(bytes.count) == image.content.size)
        let path = directory("copy-\(UUIDv7.next()).db")
        try bytes.write(to: URL(fileURLWithPath: path))
        return try DatabaseQueue(path: path)
    }

    /// Others commit between its steps, and none of that is in it.
    @Test func itIsTheDatabaseAtOneMoment() async throws {
        let store = try await store()
        let writer = try DatabaseQueue(path: directory("shippy.db"))
        var commits = 0
        let image = try image { _ in
            // A copy that started over at each commit would never end.
            guard commits < 20 else { return }
            commits += 1
            try writer.write {
                try $0.execute(sql: "UPDATE users SET name = ? WHERE id = (SELECT min(id) FROM users)", arguments: ["after \(commits)"])
            }
        }
        #expect(commits > 1)
        let copy = try saved(image)
        #expect(try await copy.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
        #expect(try await copy.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM users WHERE name LIKE 'after%'") } == 0)
        #expect(image.content.counts.users == 10_000)
        #expect(image.content.counts.events == 10_000)
        #expect(image.content.schema == MainSchema.migrator(earlierLog: nil).migrations.last)
        await store.close()
    }

    @Test func itHasNoName() async throws {
        let store = try await store()
        let before = try names()
        let image = try image { _ in try #require(try names() == before) }
        #expect(try names() == before)
        extendLifetime(image)
        await store.close()
    }

    @Test func nothingIsLeftWhenItIsStopped() async throws {
        let store = try await store()
        let before = try names()
        #expect(throws: CancellationError.self) { try image { _ in throw CancellationError() } }
        #expect(try names() == before)
        // Nothing is locked any more.
        _ = try await store.insert([Samples.newUser("late@example.com")])
        await store.close()
    }

    @Test func aMissingDatabaseIsNotMade() throws {
        #expect { try image() } throws: { ($0 as? ShippyError)?.code == .notFound }
        #expect(try names() == [])
    }
}

@Suite struct RestoredDatabaseTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private var path: String { directory("staged/shippy.db") }

    private func make() async throws -> SQLiteStore {
        try SQLiteStore(EmbeddedDatabase(main: path), events: .log(groups: []))
    }

    @Test func itGetsIdentitiesOfItsOwn() async throws {
        func identities() async throws -> [String] {
            let store = try await make()
            let ids = try await store.database.read { try String.fetchAll($0, sql: "SELECT uuid FROM engine UNION ALL SELECT identity FROM stream") }
            await store.close()
            return ids
        }
        let before = try await identities()
        #expect(try await identities() == before)
        try RestoredDatabase.renew(path)
        let after = try await identities()
        #expect(after[0] != before[0])
        #expect(after[1] != before[1])
    }

    /// Their holders work on the original.
    @Test func allLeasesEnd() async throws {
        var store = try await make()
        _ = try await store.enqueue([Samples.mail()])
        #expect(try await store.claimMails(limit: 1, owner: "it", lease: .seconds(3600), domainLimits: [:], defaultDomainLimit: 9).count == 1)
        await store.close()
        try RestoredDatabase.renew(path)
        store = try await make()
        #expect(try await store.claimMails(limit: 1, owner: "it", lease: .seconds(3600), domainLimits: [:], defaultDomainLimit: 9).count == 1)
        await store.close()
    }

    @Test func heldMailsAreNotDue() async throws {
        let store = try await make()
        _ = try await store.enqueue([Samples.mail("a@example.com"), Samples.mail("b@example.com"), Samples.mail("c@example.com")])
        let claimed = try await store.claimMails(limit: 2, owner: "it", lease: .zero, domainLimits: [:], defaultDomainLimit: 9)
        _ = try await store.settle([(claimed[0].lease, .sent(reply: "250"))])
        let until = Timestamp.now + .seconds(1_000_000)
        #expect(try await store.holdMails(until: until, saying: "held") == 2)
        #expect(try await store.claimMails(limit: 9, owner: "it", lease: .zero, domainLimits: [:], defaultDomainLimit: 9).isEmpty)
        let waiting = try await store.mails(state: .queued, after: nil, limit: 9)
        #expect(waiting.count == 2)
        #expect(waiting.allSatisfy { $0.lastReply == "held" })
        // The sender of the original holds nothing here.
        #expect(try await store.settle([(claimed[1].lease, .sent(reply: "250"))]) == [claimed[1].mail.id])
        _ = try await store.change(MailChange(.retry, mailID: waiting[0].id))
        #expect(
            try await store.claimMails(limit: 9, owner: "it", lease: .zero, domainLimits: [:], defaultDomainLimit: 9).map(\.mail.id) == [
                waiting[0].id
            ])
        await store.close()
    }

    @Test func itIsInstalledWhole() async throws {
        let store = try await make()
        _ = try await store.insert([Samples.newUser("ada@example.com")])
        await store.close()
        let home = directory("home")
        try PrivateFile.prepareDirectory(home)
        try RestoredDatabase.install(path, in: home)
        let file = try DatabaseQueue(path: "\(home)/shippy.db")
        #expect(try await file.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM users") } == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory("staged")).allSatisfy { !$0.hasSuffix("-wal") })
    }

    @Test func aDatabaseThatWasMadeMeanwhileStays() async throws {
        await (try await make()).close()
        let home = directory("home")
        try PrivateFile.prepareDirectory(home)
        try Data("theirs".utf8).write(to: URL(fileURLWithPath: "\(home)/shippy.db"))
        #expect { try RestoredDatabase.install(path, in: home) } throws: { ($0 as? ShippyError)?.code == .conflict }
        #expect(try String(contentsOfFile: "\(home)/shippy.db", encoding: .utf8) == "theirs")
    }

    @Test func aDamagedOrNewerDatabaseIsRefused() async throws {
        let store = try await make()
        _ = try await store.insert((0..<500).map { Samples.newUser("u\($0)@example.com") })
        await store.close()
        try RestoredDatabase.check(path, isThorough: true)
        let file = try DatabaseQueue(path: path)
        try await file.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('999 the future')") }
        #expect { try RestoredDatabase.check(path, isThorough: false) } throws: { "\($0)".contains("newer shippy") }
        try await file.write { try $0.execute(sql: "DELETE FROM grdb_migrations WHERE identifier LIKE '999%'") }
        try await file.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try file.close()
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seek(toOffset: 8 * 4096)
        try handle.write(contentsOf: Data(repeating: 0x5a, count: 40 * 4096))
        try handle.close()
        #expect { try RestoredDatabase.check(path, isThorough: false) } throws: { "\($0)".contains("damaged") }
    }
}
