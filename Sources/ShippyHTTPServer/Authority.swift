import ShippyCore

/// The host and port in a Host or Origin header.
struct Authority {
    /// In lower case, without brackets or a trailing dot. An address in brackets is in its shortest form.
    let host: String
    /// Nil if there is none.
    let port: Int?

    /// - Returns: nil if the text is not a host with an optional port.
    init?(_ text: Substring) {
        if text.first == "[" {
            guard let bracket = text.firstIndex(of: "]"), let address = Self.address(text[text.index(after: text.startIndex)..<bracket]) else {
                return nil
            }
            let rest = text[text.index(after: bracket)...]
            guard rest.isEmpty || rest.first == ":" else { return nil }
            guard let port = Self.port(rest.isEmpty ? nil : rest.dropFirst()) else { return nil }
            (host, self.port) = (address, port)
        } else {
            let colon = text.firstIndex(of: ":")
            guard let name = Self.name(text[..<(colon ?? text.endIndex)]) else { return nil }
            guard let port = Self.port(colon.map { text[text.index(after: $0)...] }) else { return nil }
            (host, self.port) = (name, port)
        }
    }

    var isLoopback: Bool { HostPort(host: host, port: 0).isLoopback }

    /// - Returns: nil if the text is not a port; `.some(nil)` if there is no text.
    private static func port(_ text: Substring?) -> Int?? {
        guard let text else { return .some(nil) }
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(text), port <= 65_535 else {
            return nil
        }
        return .some(port)
    }

    private static func name(_ text: Substring) -> String? {
        var text = text
        if text.utf8.last == UInt8(ascii: ".") { text = text.dropLast() }
        var hasCapitals = false
        for byte in text.utf8 {
            switch byte {
            case 0x61...0x7a, 0x30...0x39, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): break
            case 0x41...0x5a: hasCapitals = true
            default: return nil
            }
        }
        guard !text.isEmpty else { return nil }
        return hasCapitals ? text.lowercased() : String(text)
    }

    /// The shortest form of an IP address; for an IPv4 address in IPv6 notation, as on a server that listens on `::`, the IPv4
    /// address. Nil if the text is not an address.
    static func address(_ text: some StringProtocol) -> String? {
        IPAddress(text)?.unmapped.description
    }
}
