import Foundation
import ShippyCore
import ShippyMove

/// What went, or would go, in 80 columns.
struct MoveTable {
    /// Of a digest. All of it is in the other formats.
    private static let shownDigits = 12

    let isPlan: Bool

    func fill(_ table: Table.Builder, _ rows: [MovedRows]) {
        if isPlan {
            table.header("WHAT", "ROWS")
            for row in rows { table.row(row.name, "\(row.count)") }
        } else {
            table.header("WHAT", "ROWS", "SECONDS", "SHA-256 ON BOTH SIDES")
            for row in rows {
                let digest = row.count == 0 ? "-" : "\(row.digest.prefix(Self.shownDigits))"
                table.row(row.name, "\(row.count)", String(format: "%.1f", row.took.seconds), digest)
            }
        }
    }
}
