import Foundation

/// The pages of the program's own code that starting has mapped.
enum StartupPages {
    /// Gives them back to the kernel. What is used again is mapped again from its cache, and most of it never is: the kernel
    /// maps sixteen pages for each one that starting touched, which would stay in this process's memory for good.
    static func release() {
        guard let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
            let maps = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
        else { return }
        for line in maps.split(separator: "\n") where line.hasSuffix(own) {
            // 55d0c8a00000-55d0c9c00000 r-xp 00a00000 fe:00 1234 /usr/local/bin/shippy
            let fields = line.split(separator: " ")
            let bounds = fields[0].split(separator: "-").compactMap { UInt(String($0), radix: 16) }
            // What was never written is the same in the file: the code, and the constants at the file's beginning. Those
            // further on hold addresses that the loader has put there.
            let isConstant = fields[1] == "r--p" && fields[2] == "00000000"
            guard bounds.count == 2, fields[1] == "r-xp" || isConstant else { continue }
            madvise(UnsafeMutableRawPointer(bitPattern: bounds[0]), Int(bounds[1] - bounds[0]), MADV_DONTNEED)
        }
    }
}
