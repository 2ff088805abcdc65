import Foundation
import Glibc

/// The current boot of this machine, which all its processes share.
package enum Boot {
    /// Identifies the boot. Empty if the kernel does not tell.
    package static let id = {
        let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    }()

    /// Milliseconds since boot, including suspension. Nobody can set this clock.
    package static var age: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
