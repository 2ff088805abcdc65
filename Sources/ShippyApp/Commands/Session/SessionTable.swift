import ShippyCore

/// Sessions for people.
struct SessionTable {
    /// Then the user is not shown.
    let isOfOneUser: Bool
    var now = Timestamp.now

    func fill(_ table: Table.Builder, _ sessions: [ListedSession]) {
        let columns = ["ID", "USER", "USED", "FROM", "CLIENT"]
        func shown(_ cells: [String]) -> [String] { isOfOneUser ? [cells[0]] + cells[2...] : cells }
        table.header(shown(columns))
        table.mayCut("USER", "FROM", "CLIENT")
        for listed in sessions {
            let session = listed.session
            table.row(
                shown([
                    session.id, listed.email.isEmpty ? session.userID : listed.email, RelativeTime.length(now - session.lastUsedAt), session.address,
                    session.client,
                ]))
        }
    }
}
