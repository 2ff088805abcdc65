import ShippyCore

/// Tokens for people, in 80 columns.
struct TokenTable {
    var now = Timestamp.now

    func fill(_ table: Table.Builder, _ tokens: [APIToken]) {
        table.header("ID", "ROLE", "EXPIRES", "USED", "NAME")
        for token in tokens {
            table.row(
                token.id, token.role.rawValue, expiry(of: token), token.lastUsedAt.map { RelativeTime.length(now - $0) } ?? "never",
                token.name.visiblyEscaped().cut(to: 16, ellipsis: "…"))
        }
    }

    private func expiry(of token: APIToken) -> String {
        guard let expiresAt = token.expiresAt else { return "never" }
        return expiresAt <= now ? "expired" : RelativeTime.rest(expiresAt - now)
    }
}
