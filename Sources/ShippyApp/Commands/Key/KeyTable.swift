import ShippyCore

/// Signing keys for people, in 80 columns.
struct KeyTable {
    var now = Timestamp.now

    func fill(_ table: Table.Builder, _ keys: [SigningKeyStatus]) {
        table.header("ID", "STATE", "SIGNS", "RETIRES")
        for key in keys {
            table.row(
                key.id, key.state.rawValue, key.signsFrom.map { RelativeTime.describe($0, now: now) } ?? "-",
                key.retiresAt.map { RelativeTime.describe($0, now: now) } ?? "-")
        }
    }
}
