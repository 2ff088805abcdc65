/// How a user was created.
package struct UserOrigin: Hashable, Sendable {
    /// nil if it is not known, as of users of earlier releases.
    package var way: CallWay?
    /// The caller's IP address; empty for a command that works on the store itself.
    package var address: String
    /// How long it took to hash the password, waiting included; nil without a password.
    package var hashing: Duration?
    /// As in ``AuditEntry/actor``; empty for an anonymous caller.
    package var createdBy: String
    package var requestID: String

    package init(way: CallWay? = nil, address: String = "", hashing: Duration? = nil, createdBy: String = "", requestID: String = "") {
        self.way = way
        self.address = address
        self.hashing = hashing
        self.createdBy = createdBy
        self.requestID = requestID
    }

    /// The names in ``detail``.
    package static let names: Set<String> = ["via", "hashed"]

    /// What an audit entry's detail says of it: `via=http, hashed=79ms`.
    package var detail: String {
        [way.map { "via=\($0.rawValue)" }, hashing.map { "hashed=\($0.milliseconds)ms" }].compactMap(\.self).joined(separator: ", ")
    }

    /// As a store keeps it with the user: `via=http, hashed=79ms, from=127.0.0.1`.
    package var stored: String {
        [detail, address.isEmpty ? "" : "from=\(address)"].filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// Reads ``stored`` or ``detail``. What is missing or not known stays empty.
    package init(stored text: String, createdBy: String, requestID: String) {
        self.init(createdBy: createdBy, requestID: requestID)
        for part in text.split(separator: ",") {
            let part = part.drop { $0 == " " }
            let value = part.drop { $0 != "=" }.dropFirst()
            switch part.prefix(while: { $0 != "=" }) {
            case "via": way = CallWay(rawValue: String(value))
            case "hashed": hashing = value.hasSuffix("ms") ? Int64(value.dropLast(2)).map { .milliseconds($0) } : nil
            case "from": address = String(value)
            default: break
            }
        }
    }
}
