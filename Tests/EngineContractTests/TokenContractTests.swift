import ShippyCore
import TestSupport
import Testing

/// Tokens for programs, and signing keys.
@Suite struct TokenContractTests {
    @Test(arguments: StoreUnderTest.allCases)
    func aTokenIsStoredAndEnded(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let (token, expiring) = (Samples.token(), Samples.token("backup", role: .admin, expiring: .seconds(3600)))
            let (created, deleted) = (Samples.auditEntry("token.create"), Samples.auditEntry("token.revoke"))
            try await store.insertToken(token, audit: created)
            try await store.insertToken(expiring, audit: nil)
            #expect(try await store.token(id: token.id) == token)
            var stored = try #require(try await store.token(id: expiring.id))
            #expect(abs((try #require(stored.expiresAt) - expiring.expiresAt!).seconds) < 2)
            stored.expiresAt = expiring.expiresAt
            #expect(stored == expiring)
            #expect(try await store.token(id: "none") == nil)
            #expect(try await store.endToken(id: token.id, audit: deleted))
            #expect(try await store.token(id: token.id) == nil)
            #expect(try await store.allRevocations() == [.token(token.id)])
            #expect(try await !store.endToken(id: token.id, audit: Samples.auditEntry()))
            #expect(try await store.allRevocations().count == 1)
            #expect(try await store.allAuditEntries() == [created, deleted])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func tokensAreListedInPages(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let tokens = (0..<7).map { Samples.token("t\($0)") }
            for token in tokens { try await store.insertToken(token, audit: nil) }
            var seen: [APIToken] = []
            while true {
                let page = try await store.tokens(after: seen.last?.id, limit: 3)
                if page.isEmpty { break }
                seen += page
            }
            #expect(seen == tokens)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func theLastUseIsTheLatest(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let (first, second) = (Samples.token(), Samples.token())
            for token in [first, second] { try await store.insertToken(token, audit: nil) }
            let now = Timestamp.now
            try await store.markTokensUsed([first.id: now, "none": now])
            try await store.markTokensUsed([first.id: now - .seconds(60), second.id: now - .seconds(60)])
            try await store.markTokensUsed([:])
            #expect(try await store.token(id: first.id)?.lastUsedAt == now)
            #expect(try await store.token(id: second.id)?.lastUsedAt == now - .seconds(60))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func expiredTokensAreSweptAfterAWhile(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let day = 86_400
            let tokens = [-day * 31, -day * 29, day].map { Samples.token(expiring: .seconds($0)) } + [Samples.token()]
            for token in tokens { try await store.insertToken(token, audit: nil) }
            try await store.maintain()
            #expect(try await store.tokens(after: nil, limit: 10).map(\.id) == tokens.dropFirst().map(\.id))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func signingKeysAreReplaced(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let none = try await store.signingKeys()
            #expect(none == StoredSigningKeys(revision: 0, keys: []))
            var (old, new) = (Samples.signingKey("z"), Samples.signingKey("a", signing: false))
            new.createdAt = old.createdAt + .seconds(1)
            let audit = Samples.auditEntry("key.rotate")
            #expect(try await store.replaceSigningKeys([old, new], ifRevision: 0, audit: audit))
            #expect(try await store.signingKeys() == StoredSigningKeys(revision: 1, keys: [old, new]))
            #expect(try await !store.replaceSigningKeys([], ifRevision: 0, audit: Samples.auditEntry()))
            #expect(try await store.signingKeys() == StoredSigningKeys(revision: 1, keys: [old, new]))
            old.retiresAt = .now
            #expect(try await store.replaceSigningKeys([old], ifRevision: 1, audit: nil))
            #expect(try await store.signingKeys() == StoredSigningKeys(revision: 2, keys: [old]))
            #expect(try await store.replaceSigningKeys([], ifRevision: 2, audit: nil))
            #expect(try await store.signingKeys() == StoredSigningKeys(revision: 3, keys: []))
            #expect(try await store.allAuditEntries() == [audit])
        }
    }

    /// As when two processes start in an empty store.
    @Test(arguments: StoreUnderTest.allCases)
    func ofRacingReplacementsOneWins(engine: StoreUnderTest) async throws {
        try await engine.withPlace { place in
            try await place.with { store in
                try await place.with { other in
                    let winners = try await withThrowingTaskGroup(of: String?.self) { group in
                        for number in 0..<10 {
                            group.addTask {
                                let key = Samples.signingKey("k\(number)")
                                let isFirst = try await (number % 2 == 0 ? store : other)
                                    .replaceSigningKeys([key], ifRevision: 0, audit: Samples.auditEntry("key.create"))
                                return isFirst ? key.id : nil
                            }
                        }
                        return try await group.reduce(into: [] as [String]) { if let id = $1 { $0.append(id) } }
                    }
                    #expect(winners.count == 1)
                    let keys = try await store.signingKeys()
                    #expect(keys.revision == 1)
                    #expect(keys.keys.map(\.id) == winners)
                    #expect(try await store.allAuditEntries().count == 1)
                }
            }
        }
    }
}
