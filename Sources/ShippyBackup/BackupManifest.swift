import Foundation
package import ShippyCore

/// The first part of a backup, `manifest.json`: what the backup holds, and what wrote it.
package struct BackupManifest: Hashable, Codable, Sendable {
    /// A content of the backup, besides the manifest and the digests.
    package struct Part: Hashable, Codable, Sendable {
        package var name: String
        /// In bytes.
        package var size: Int64

        package init(name: String, size: Int64) {
            self.name = name
            self.size = size
        }
    }

    /// The number of rows of each kind.
    package struct Counts: Hashable, Codable, Sendable {
        package var users: Int
        package var events: Int
        /// By state.
        package var mails: [String: Int]
        package var sessions: Int
        package var tokens: Int
        package var auditEntries: Int

        package init(users: Int, events: Int, mails: [String: Int], sessions: Int, tokens: Int, auditEntries: Int) {
            self.users = users
            self.events = events
            self.mails = mails
            self.sessions = sessions
            self.tokens = tokens
            self.auditEntries = auditEntries
        }

        private enum CodingKeys: String, CodingKey {
            case users, events, mails, sessions, tokens
            case auditEntries = "audit_entries"
        }
    }

    /// The format that this program writes. It reads this one and all earlier ones.
    package static let currentFormat = 1
    static let limit = 1 << 20

    package var format: Int
    /// The version of the program.
    package var shippy: String
    /// The moment of the backup, in RFC 3339.
    package var createdAt: String
    package var store: String
    package var bus: String
    /// The last migration of the store.
    package var schema: String
    package var counts: Counts
    package var parts: [Part]

    private enum CodingKeys: String, CodingKey {
        case format, shippy
        case createdAt = "created_at"
        case store, bus, schema, counts, parts
    }

    package init(shippy: String, createdAt: Timestamp, store: String, bus: String, schema: String, counts: Counts, parts: [Part]) {
        format = Self.currentFormat
        self.shippy = shippy
        self.createdAt = createdAt.description
        self.store = store
        self.bus = bus
        self.schema = schema
        self.counts = counts
        self.parts = parts
    }

    package var time: Timestamp? { Timestamp(createdAt) }

    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try [UInt8](encoder.encode(self)) + [10]
    }

    /// What must be readable in every format, to refuse a newer one by its version.
    private struct Head: Decodable {
        var format: Int
        var shippy: String
    }

    /// - Parameter name: the backup's, for messages.
    /// - Throws: ``ShippyError`` `.invalid` for a newer format, or one that cannot be read.
    static func decode(_ bytes: [UInt8], name: String) throws(ShippyError) -> BackupManifest {
        let data = Data(bytes)
        guard let head = try? JSONDecoder().decode(Head.self, from: data) else {
            throw BackupFault.damaged(name, "its manifest.json cannot be read")
        }
        guard head.format <= currentFormat else {
            throw ShippyError(
                .invalid,
                "\(name) was written by shippy \(head.shippy.visiblyEscaped(limit: 40)) in format \(head.format), and this program reads formats up to \(currentFormat): update it"
            )
        }
        guard let manifest = try? JSONDecoder().decode(BackupManifest.self, from: data), manifest.format > 0,
            manifest.parts.allSatisfy({ $0.size >= 0 && !$0.name.isEmpty })
        else { throw BackupFault.damaged(name, "its manifest.json lacks something") }
        return manifest
    }
}
