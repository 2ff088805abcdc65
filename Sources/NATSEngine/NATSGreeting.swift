import Foundation
import ShippyCore

/// The INFO line with which a NATS server greets every connection. libnats reads it, but does not hand out the version in it.
enum NATSGreeting {
    /// The longest line that is read. It names all servers of the cluster.
    private static let limit = 64 * 1024
    private static let patience = Duration.seconds(1)

    /// The version of the server at a URL of libnats; nil if it does not tell within a second. A server that begins with TLS does not.
    ///
    /// Blocks the thread.
    static func version(at url: String) -> String? {
        let address = url[(url.lastIndex { $0 == "@" || $0 == "/" }.map(url.index(after:)) ?? url.startIndex)...]
        guard let address = try? HostPort(String(address)) else { return nil }
        return line(from: address).flatMap(version(in:))
    }

    /// `2.10.7` in `INFO {"server_id":"…","version":"2.10.7",…}`
    static func version(in line: [UInt8]) -> String? {
        guard line.starts(with: "INFO ".utf8),
            let info = try? JSONSerialization.jsonObject(with: Data(line.dropFirst(5))) as? [String: Any],
            let version = info["version"] as? String, (1...40).contains(version.utf8.count),
            version.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { return nil }
        return version
    }

    private static func line(from address: HostPort) -> [UInt8]? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, "\(address.port)", &hints, &found) == 0, let first = found else { return nil }
        defer { freeaddrinfo(first) }
        let descriptor = socket(first.pointee.ai_family, first.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), first.pointee.ai_protocol)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // On Linux, the limit of sending is also that of connecting.
        var limit = timeval(tv_sec: 1, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        guard setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size) == 0, setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size) == 0,
            connect(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0
        else { return nil }
        let end = ContinuousClock.now + patience
        var line: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while line.count < Self.limit, ContinuousClock.now < end {
            let count = recv(descriptor, &block, block.count, 0)
            guard count > 0 else { return nil }
            if let newline = block[..<count].firstIndex(of: 10) { return line + block[..<newline] }
            line += block[..<count]
        }
        return nil
    }
}
