import ShippyCore

/// Of access, only accounts are in memory: tests of the rest use a real store.
extension MemoryStore: AccessStore {
    private static let missing = ShippyError(.failed, "this is not in memory")

    func account(id: String) async throws -> Account? { try await user(id: id).map(Self.account) }
    func account(email: String) async throws -> Account? { try await user(email: email).map(Self.account) }
    func accounts(after cursor: String?, limit: Int) async throws -> [Account] { throw Self.missing }

    private static func account(_ record: UserRecord) -> Account {
        Account(user: record.user, role: .user, isDisabled: false, passwordHash: nil, revision: 1)
    }

    func update(_ update: AccountUpdate) async throws -> Account? { throw Self.missing }
    func announce(_ event: OutgoingEvent?, audit: AuditEntry) async throws { throw Self.missing }
    func insertSession(_ session: Session, ifRevision revision: Int64?, event: OutgoingEvent?, audit: AuditEntry?) async throws -> Bool {
        throw Self.missing
    }
    func refresh(_ refresh: SessionRefresh) async throws -> SessionRefresh.Outcome { throw Self.missing }
    func session(id: String) async throws -> Session? { throw Self.missing }
    func sessions(ofUser userID: String?, after cursor: String?, limit: Int) async throws -> [ListedSession] { throw Self.missing }
    func endSessions(_ ids: [String], ifValid authority: Authority?, audit: AuditEntry?) async throws -> [String] { throw Self.missing }
    func endSessions(ofUser userID: String, ifValid authority: Authority?, audit: AuditEntry?) async throws -> Int { throw Self.missing }
    func insertToken(_ token: APIToken, ifValid authority: Authority?, audit: AuditEntry?) async throws { throw Self.missing }
    func token(id: String) async throws -> APIToken? { throw Self.missing }
    func tokens(after cursor: String?, limit: Int) async throws -> [APIToken] { throw Self.missing }
    func endToken(id: String, ifValid authority: Authority?, audit: AuditEntry?) async throws -> Bool { throw Self.missing }
    func markTokensUsed(_ times: [String: Timestamp]) async throws { throw Self.missing }
    func revocations(ifChangedSince mark: String?) async throws -> Revocations? { throw Self.missing }
    func signingKeys() async throws -> StoredSigningKeys { throw Self.missing }
    func replaceSigningKeys(
        _ keys: [StoredSigningKey], ifRevision revision: Int64, ifValid authority: Authority?, audit: AuditEntry?
    ) async throws -> Bool {
        throw Self.missing
    }
}

extension MemoryStore: AuditLog {
    func record(_ entries: [AuditEntry]) async throws { throw Self.missing }
    func auditEntries(_ filter: AuditFilter, _ page: AuditPage, limit: Int) async throws -> [AuditEntry] { throw Self.missing }
}
