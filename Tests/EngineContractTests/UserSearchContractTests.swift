import ShippyCore
import TestSupport
import Testing

@testable import EmbeddedEngines
@testable import PostgresEngine

/// Finding users, whatever the index has reached.
@Suite struct UserSearchContractTests {
    private static let names = [
        ("Ada Lovelace", "Analytical Engines", "ada@example.com"), ("Grace Hopper", "Navy", "grace@navy.example"),
        ("Jürgen Müller", "Öl & Söhne", "jm@example.com"), ("王伟", "北京", "wang@example.cn"), ("", "", "o'brien+news@x.example"),
    ]

    /// Of the first creation: a minute before those of the IDs.
    private let base = Timestamp.now - .seconds(60)

    private func newUser(_ number: Int, name: String, company: String, email: String) -> NewUser {
        var new = Samples.newUser(email)
        new.user.name = name
        new.user.company = company
        new.user.createdAt = base + .milliseconds(number)
        return new
    }

    /// Users who are alike, and a few others among them.
    private func fill(_ store: any Store, _ count: Int, offset: Int = 0) async throws -> [User] {
        let users = (offset..<offset + count).map { number in
            let other = number % 97 == 13 ? Self.names[number / 97 % Self.names.count] : nil
            let email = other.map { "\(number)\($0.2)" } ?? "u\(number)@example.com"
            return newUser(number, name: other?.0 ?? "Person \(number)", company: other?.1 ?? "", email: email)
        }
        for outcome in try await store.insert(users) { #expect(outcome.isSuccess) }
        return users.map(\.user)
    }

    /// What a search finds, from both ends and in pages, is what is found by looking at everybody.
    private func expectTheSame(_ store: any Store, _ users: [User], _ texts: [String]) async throws {
        for text in texts {
            for newestFirst in [false, true] {
                let filter = UserFilter(match: try UserMatch(text), newestFirst: newestFirst)
                let matching = users.sorted { $0.id < $1.id }.filter(filter.match!.matches)
                let expected = newestFirst ? matching.reversed() : matching
                #expect(try await store.users(filter, after: nil, limit: 5000).map(\.user) == expected, "\(text)")
                if expected.count > 3 {
                    #expect(
                        try await store.users(filter, after: expected[1].id, limit: 2).map(\.user) == Array(expected[2...3]), "\(text), a page")
                }
                #expect(try await store.userCount(filter) == expected.count, "\(text)")
            }
        }
    }

    private static let texts = [
        "lovel", "ADA", "müll", "MÜLLER", "söhne", "王", "王伟", "o'b", "+", "'", "@navy", "example.com", "son 7", "engines lovelace", "zq", "zqx",
        "q", "nobody", "u199@", "person 11", "1",
    ]

    @Test(arguments: StoreUnderTest.allCases)
    func usersAreFoundByPartsOfTheirNames(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let users = try await fill(store, 300)
            try await expectTheSame(store, users, Self.texts)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func theIndexFindsTheSameUsers(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            var users = try await fill(store, 1000)
            while try await store.indexUsers(inSegmentsOf: 64) {}
            #expect(try await store.count("FROM user_segments") == (1000 - UserIndexing.margin) / 64)
            try await expectTheSame(store, users, Self.texts)
            users += try await fill(store, 30, offset: 1000)
            try await expectTheSame(store, users, Self.texts)
        }
    }

    /// A search reads the maps, and not everybody.
    @Test(arguments: StoreUnderTest.allCases)
    func theIndexExcludesUsers(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let users = try await fill(store, 600)
            while try await store.indexUsers(inSegmentsOf: 64) {}
            let filter = UserFilter(match: try UserMatch("lovelace"))
            let found = try await store.users(filter, after: nil, limit: 10)
            #expect(!found.isEmpty)
            try await store.execute("UPDATE user_maps SET map = \(store is SQLiteStore ? "zeroblob(8)" : "decode('0000000000000000', 'hex')")")
            let last = try #require(try await store.text("SELECT max(last_id) FROM user_segments"))
            #expect(try await store.users(filter, after: nil, limit: 10).map(\.user) == users.filter { $0.id > last && $0.name == "Ada Lovelace" })
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func changedAndDeletedUsersAreFoundAsTheyAre(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            var users = try await fill(store, 600)
            while try await store.indexUsers(inSegmentsOf: 64) {}
            for index in [0, 5, 70, 320, 599] {
                var account = try #require(try await store.account(id: users[index].id))
                account.user.name = "Changed Fellow"
                account.user.email = EmailAddress(trusted: "new\(index)@changed.example")
                users[index] = account.user
                #expect(try await store.update(AccountUpdate(account: account, audit: nil)) != nil)
            }
            for index in [110, 13] {
                #expect(try await store.deleteUser(id: users.remove(at: index).id, ifRevision: nil, event: nil, audit: nil))
            }
            try await expectTheSame(store, users, ["changed", "w f", "new5@", "person", "lovelace", "u70@"])
        }
    }

    /// An ID may come before those of others who were there first: another clock made it, or it was kept in an import.
    @Test(arguments: StoreUnderTest.allCases)
    func whoComesLateIsFound(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let early = (0..<40).map { newUser($0, name: "Late Comer", company: "", email: "late\($0)@example.com") }
            var users = try await fill(store, 600)
            while try await store.indexUsers(inSegmentsOf: 64) {}
            for outcome in try await store.insert(early) { #expect(outcome.isSuccess) }
            users += early.map(\.user)
            try await expectTheSame(store, users, ["late c", "person 5", "lovelace"])
        }
    }

    /// With many changes, segments are made again, and split if they have grown.
    @Test(arguments: StoreUnderTest.allCases)
    func manyChangesComeIntoTheIndex(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let early = (0..<1200).map { newUser($0, name: "Late Comer", company: "", email: "late\($0)@example.com") }
            var users = try await fill(store, 600)
            while try await store.indexUsers(inSegmentsOf: 256) {}
            for outcome in try await store.insert(early) { #expect(outcome.isSuccess) }
            #expect(try await store.count("FROM changed_users") == 1200)
            while try await store.indexUsers(inSegmentsOf: 256) {}
            #expect(try await store.count("FROM changed_users") <= UserIndexing.changedLimit)
            #expect(try await store.count("FROM user_segments") > 1)
            users += early.map(\.user)
            try await expectTheSame(store, users, ["late c", "late11", "person 5", "lovelace"])
        }
    }

    /// The process that took note of a segment died before writing it.
    @Test(arguments: StoreUnderTest.allCases)
    func whatWasBegunIsFinished(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            var users = try await fill(store, 400)
            try await store.execute("UPDATE user_index SET through = '\(users[63].id)'")
            var account = try #require(try await store.account(id: users[10].id))
            account.user.name = "Changed Fellow"
            users[10] = account.user
            _ = try await store.update(AccountUpdate(account: account, audit: nil))
            #expect(try await store.count("FROM changed_users") == 1)
            #expect(try await store.indexUsers(inSegmentsOf: 64))
            #expect(try await store.text("SELECT last_id FROM user_segments") == users[63].id)
            #expect(try await store.count("FROM changed_users") == 0)
            try await expectTheSame(store, users, ["changed", "person 10"])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func severalMayIndexAtOnce(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            var users = try await fill(store, 900)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 { group.addTask { while try await store.indexUsers(inSegmentsOf: 64) {} } }
                users += try await fill(store, 200, offset: 900)
                try await group.waitForAll()
            }
            while try await store.indexUsers(inSegmentsOf: 64) {}
            #expect(try await store.count("FROM user_segments") == (1100 - UserIndexing.margin) / 64)
            try await expectTheSame(store, users, ["lovelace", "person 9", "u1099@"])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func timesRolesAndStatesNarrowASearch(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let users = try await fill(store, 200)
            var account = try #require(try await store.account(id: users[50].id))
            (account.role, account.isDisabled) = (.admin, true)
            _ = try await store.update(AccountUpdate(account: account, audit: nil))
            while try await store.indexUsers(inSegmentsOf: 16) {}
            let person = try UserMatch("person")
            for newestFirst in [false, true] {
                let few = UserFilter(role: .admin, state: .disabled, match: person, newestFirst: newestFirst)
                #expect(try await store.users(few, after: nil, limit: 10).map(\.user) == [users[50]])
                #expect(try await store.userCount(few) == 1)
                #expect(try await store.userCount(UserFilter(role: .admin, match: try UserMatch("nobody"))) == 0)
                let some = UserFilter(since: users[20].createdAt, until: users[29].createdAt, newestFirst: newestFirst)
                let listed = try await store.users(some, after: nil, limit: 100).map(\.user)
                #expect(listed == (newestFirst ? users[20...29].reversed() : Array(users[20...29])))
                #expect(try await store.userCount(some) == 10)
                #expect(try await store.userCount(UserFilter(state: .active, match: person, since: users[20].createdAt)) == 180 - 1 - 1)
            }
            #expect(try await store.users(UserFilter(newestFirst: true), after: users[3].id, limit: 2).map(\.user) == [users[2], users[1]])
        }
    }
}

/// A transaction that has not ended yet may bring users whom nobody else sees.
@Suite struct UserIndexLockTests {
    @Test func theEndOfTheIndexWaitsForUsersWhomNobodySees() async throws {
        let url = try await PostgresServer.shared.database()
        let (store, other) = (try PostgresStore(url: url, connections: 2), try PostgresStore(url: url, connections: 2))
        let late = Samples.newUser("late@example.com")
        for outcome in try await store.insert((0..<400).map({ Samples.newUser("u\($0)@example.com") })) { #expect(outcome.isSuccess) }
        let meanwhile = try await other.pool.run { connection in
            try connection.transaction {
                _ = try PostgresStore.insert([late], connection)
                // What another process does meanwhile: it gives up for now.
                let attempt = try PostgresConnection.open(PostgresURL(url))
                defer { attempt.close() }
                let next = try PostgresStore.nextIndexing(64, attempt)
                return (next, try attempt.execute("SELECT through FROM user_index").first { $0.text(0) })
            }
        }
        #expect(meanwhile.0 == nil && meanwhile.1 == "")
        while try await store.indexUsers(inSegmentsOf: 64) {}
        #expect(try await store.users(UserFilter(match: UserMatch("late@")), after: nil, limit: 10).map(\.user) == [late.user])
        await store.close()
        await other.close()
    }
}
