package import ShippyCore

/// Why a file is no whole backup.
package enum BackupFault {
    static func cutShort(_ name: String) -> ShippyError {
        ShippyError(.invalid, "\(name) is cut short: the end of the backup is missing; use another backup")
    }

    package static func damaged(_ name: String, _ reason: String) -> ShippyError {
        ShippyError(.invalid, "\(name) is damaged: \(reason); use another backup")
    }

    static func foreign(_ name: String) -> ShippyError {
        ShippyError(.invalid, "\(name) is not a backup of shippy")
    }
}
