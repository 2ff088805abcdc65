import ShippyCore

/// Sessions for people, in 80 columns.
struct SessionTable {
    /// Then the user is not shown, and there is room for where the session was used.
    let isOfOneUser: Bool
    var now = Timestamp.now

    func fill(_ table: Table.Builder, _ sessions: [Session]) {
        if isOfOneUser {
            table.header("ID", "LAST USED", "FROM")
        } else {
            table.header("ID", "USER", "USED")
        }
        for session in sessions {
            if isOfOneUser {
                let from = [session.address, session.client].filter { !$0.isEmpty }.joined(separator: ", ")
                table.row(session.id, RelativeTime.describe(session.lastUsedAt, now: now), from.visiblyEscaped().cut(to: 31, ellipsis: "…"))
            } else {
                table.row(session.id, session.userID, RelativeTime.length(now - session.lastUsedAt))
            }
        }
    }
}
