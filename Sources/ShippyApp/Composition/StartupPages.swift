import Foundation

/// Pages of the program file that were mapped during start-up.
enum StartupPages {
    /// Returns them to the kernel. For each page touched during start-up, the kernel maps sixteen. Most are never used again, but
    /// would stay in this process's memory. Those that are used again are mapped again from the page cache.
    static func release() {
        guard let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
            let maps = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
        else { return }
        for line in maps.split(separator: "\n") where line.hasSuffix(own) {
            // 55d0c8a00000-55d0c9c00000 r-xp 00a00000 fe:00 1234 /usr/local/bin/shippy
            let fields = line.split(separator: " ")
            let bounds = fields[0].split(separator: "-").compactMap { UInt(String($0), radix: 16) }
            // Code, and the constants at the beginning of the file, are unchanged in memory. Later constants contain addresses
            // written by the loader.
            let isConstant = fields[1] == "r--p" && fields[2] == "00000000"
            guard bounds.count == 2, fields[1] == "r-xp" || isConstant else { continue }
            madvise(UnsafeMutableRawPointer(bitPattern: bounds[0]), Int(bounds[1] - bounds[0]), MADV_DONTNEED)
        }
    }
}
