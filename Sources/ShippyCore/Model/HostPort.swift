/// A host and a port to listen on or to connect to: `127.0.0.1:8081`, `[::1]:8081`.
package struct HostPort: Hashable, Sendable, CustomStringConvertible {
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// - Throws: ``ShippyError`` `.usage`, naming the text.
    package init(_ text: String) throws {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port) else {
            throw ShippyError(
                .usage, "cannot parse address \(text.quoted(limit: 80)): use HOST:PORT, such as 127.0.0.1:8081")
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, host.unicodeScalars.allSatisfy({ $0 != " " && !$0.isUnsafeToShow && $0 != "/" }) else {
            throw ShippyError(
                .usage, "address \(text.quoted(limit: 80)) has no host: use HOST:PORT, such as 127.0.0.1:8081")
        }
        self.init(host: String(host), port: port)
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether only this machine can reach the address: `localhost`, 127.0.0.0/8 or `::1`, but not a name such as
    /// `127.example.com`.
    package var isLoopback: Bool {
        host == "localhost" || IPAddress(host)?.isLoopback == true
    }
}
