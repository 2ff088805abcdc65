import ShippyAccess
import ShippyCore

extension Caller {
    /// Who runs a command that works on the data directory itself.
    static let owner = Caller(.owner, role: .admin, address: "", way: .command)
}
