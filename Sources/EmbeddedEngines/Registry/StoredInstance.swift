import GRDB
import ShippyCore

/// A row of the table of instances. Its metadata is still JSON text, to be parsed outside the database.
struct StoredInstance: Sendable {
    /// Columns of the table under the alias `i`.
    static let columns =
        "i.service, i.id, i.lease, i.expires_at, i.revision, i.address, i.protocol, i.version, i.metadata, i.ttl, i.registered_at"
    static let columnCount = 11

    /// Without metadata.
    let stored: Instance
    private let metadata: String

    /// - Parameter row: begins with ``columns``.
    init(_ row: Row, now: Int64) {
        stored = Instance(
            service: row[0], id: row[1], address: row[5], protocol: row[6], version: row[7], ttl: row[9],
            ttlLeft: Double(row[3] as Int64 - now) / 1000, registeredAt: (row[10] as Int64?).map(Timestamp.init(milliseconds:)),
            lease: row[2], revision: row[4])
        metadata = row[8]
    }

    func instance(_ reader: inout MetadataReader) throws -> Instance {
        var instance = stored
        instance.metadata = try reader.read(metadata)
        return instance
    }
}
