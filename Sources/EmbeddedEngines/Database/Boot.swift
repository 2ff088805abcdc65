import Foundation
import Glibc

/// The time between two starts of this machine, which all its processes share.
package enum Boot {
    /// Names it among all others.
    package static let id = {
        let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    }()

    /// Milliseconds since it began, those of a suspended machine included. Nobody sets this clock.
    package static var age: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
