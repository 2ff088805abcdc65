package import ShippyCore

/// Changes by somebody whose right is not in the store.
extension AccessStore {
    package func insertSession(_ session: Session, event: OutgoingEvent?, audit: AuditEntry?) async throws -> Bool {
        try await insertSession(session, ifRevision: nil, event: event, audit: audit)
    }

    package func endSessions(_ ids: [String], audit: AuditEntry?) async throws -> [String] {
        try await endSessions(ids, ifValid: nil, audit: audit)
    }

    package func endSessions(ofUser userID: String, audit: AuditEntry?) async throws -> Int {
        try await endSessions(ofUser: userID, ifValid: nil, audit: audit)
    }

    package func insertToken(_ token: APIToken, audit: AuditEntry?) async throws {
        try await insertToken(token, ifValid: nil, audit: audit)
    }

    package func endToken(id: String, audit: AuditEntry?) async throws -> Bool {
        try await endToken(id: id, ifValid: nil, audit: audit)
    }

    package func replaceSigningKeys(_ keys: [StoredSigningKey], ifRevision revision: Int64, audit: AuditEntry?) async throws -> Bool {
        try await replaceSigningKeys(keys, ifRevision: revision, ifValid: nil, audit: audit)
    }
}

extension UserStore {
    package func deleteUser(id: String, ifRevision revision: Int64?, event: OutgoingEvent?, audit: AuditEntry?) async throws -> Bool {
        try await deleteUser(id: id, ifRevision: revision, ifValid: nil, event: event, audit: audit)
    }
}
