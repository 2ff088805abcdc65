import ShippyCore

/// Who a certificate is for: a machine or a program, with its other names.
package struct CertificateHost: Hashable, Sendable {
    /// The first name, which names the files.
    package let name: String
    /// All names: host names and IP addresses.
    package let names: [String]

    /// - Parameter text: names and addresses, separated by commas: `alpha.example.com,10.0.0.5`. A loopback name or address stands
    ///   for all of this machine's.
    /// - Throws: ``ShippyError`` `.usage` for a name that no certificate can have.
    package init(_ text: String) throws {
        let given = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.lowercased() }
        for name in given where IPAddress(name) == nil && !Self.isHostName(name) {
            throw ShippyError(
                .usage, "cannot make a certificate for \(name.quoted(limit: 80)): use a host name or an IP address, without a scheme or a port")
        }
        var names: [String] = []
        for name in given {
            let all = HostPort(host: name, port: 0).isLoopback ? [name, "localhost", "127.0.0.1", "::1"] : [name]
            for name in all where !names.contains(name) { names.append(name) }
        }
        // At least one: splitting gives an empty name for an empty text.
        name = names[0]
        self.names = names
    }

    /// Letters, digits and hyphens in labels (RFC 1123). It may be no path.
    private static func isHostName(_ name: String) -> Bool {
        guard (1...253).contains(name.utf8.count) else { return false }
        return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") }
                && label.first != "-" && label.last != "-"
        }
    }
}
