import EmbeddedEngines
import ShippyCore
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct TypedUserTests {
    private func with(_ body: (SQLiteStore, [User]) async throws -> Void) async throws {
        let directory = try TemporaryDirectory()
        let database = try EmbeddedDatabase(main: directory("shippy.db"))
        let store = try SQLiteStore(database)
        let users = [("ada@example.com", "Ada Lovelace"), ("bob@example.com", "Robert Love"), ("cleo@example.com", "Cleo")].map { email, name in
            User(id: UUIDv7.next(), name: name, company: "", email: EmailAddress(trusted: email), createdAt: .now)
        }
        for user in users {
            let event = Samples.event(for: user)
            _ = try await store.insert(
                NewUser(user: user, passwordHash: nil, event: event, idempotency: nil, onConflict: .refuse, requestID: "request-1"))
        }
        try await body(store, users)
        await store.close()
    }

    private func resolved(_ text: String, isToSee: Bool, _ store: SQLiteStore) async throws -> String {
        let missing = ShippyError(.notFound, "no user")
        return try await TypedUser.resolve(text, isToSee: isToSee, missing: missing) { try await store.users($0, after: $1, limit: $2) }.id
    }

    @Test func toSeeSomebodyAPartOfTheirNameIsEnough() async throws {
        try await with { (store, users) async throws in
            #expect(try await resolved("lovel", isToSee: true, store) == users[0].id)
            #expect(try await store.user(typed: "cleo").id == users[2].id)
            #expect(try await store.user(typed: users[1].id.uppercased()).id == users[1].id)
            #expect(try await store.user(typed: "bob@example.com").id == users[1].id)
        }
    }

    /// A script that deletes "love" must not delete whoever happens to be the only one.
    @Test func toChangeSomebodyItIsNot() async throws {
        try await with { (store, users) async throws in
            let one = await #expect(throws: ShippyError.self) { try await resolved("lovel", isToSee: false, store) }
            #expect(one?.code == .notFound && one?.message == "no user. Did you mean ada@example.com (\(users[0].id))?")
        }
    }

    @Test func ofSeveralEachIsNamed() async throws {
        try await with { (store, users) async throws in
            let several = await #expect(throws: ShippyError.self) { try await resolved("love", isToSee: true, store) }
            #expect(
                several?.message == "no user. Did you mean ada@example.com (\(users[0].id)), bob@example.com (\(users[1].id))?")
            for text in ["nobody", "lo", ""] {
                let none = await #expect(throws: ShippyError.self) { try await resolved(text, isToSee: true, store) }
                #expect(none?.message == "no user", "\(text)")
            }
        }
    }
}
