extension ListedSession: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.field("id", session.id)
            $0.field("user_id", session.userID)
            $0.field("email", email)
            $0.field("created_at", session.createdAt)
            $0.field("last_used_at", session.lastUsedAt)
            $0.field("expires_at", session.expiresAt)
            $0.field("client", session.client)
            $0.field("address", session.address)
        }
    }
}

extension APIToken: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.field("id", id)
            write(membersTo: &$0)
        }
    }

    /// All but the ID.
    fileprivate func write(membersTo json: inout JSONWriter) {
        json.field("name", name)
        json.field("role", role.rawValue)
        json.field("created_by", createdBy)
        json.field("created_at", createdAt)
        json.field("expires_at", expiresAt)
        json.field("last_used_at", lastUsedAt)
    }
}

extension CreatedToken: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.field("id", token.id)
            $0.field("token", text)
            token.write(membersTo: &$0)
        }
    }
}

extension SigningKeyStatus: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.field("id", id)
            $0.field("state", state.rawValue)
            $0.field("created_at", createdAt)
            $0.field("signs_from", signsFrom)
            $0.field("retires_at", retiresAt)
        }
    }
}

extension AuditEntry: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.field("id", id)
            $0.field("at", at)
            $0.field("actor", actor)
            $0.field("address", address)
            $0.field("action", action)
            $0.field("target", target)
            $0.field("outcome", outcome)
            $0.field("request_id", requestID)
            if !detail.isEmpty { $0.field("detail", detail) }
        }
    }
}
