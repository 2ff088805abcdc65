import Foundation
import ShippyCore

/// The store of users, outbox and mails.
package enum StoreURL: Hashable, Sendable {
    case sqlite(path: String)
    case postgres(url: String)

    /// - Throws: ``Unreadable``.
    package init(_ text: String) throws {
        if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            try URLs.checkEncoding(text)
            self = .postgres(url: text)
            return
        }
        guard let path = text.dropping(prefix: "sqlite:"), !path.isEmpty else {
            throw Unreadable("use sqlite:PATH or postgres://USER@HOST/DATABASE")
        }
        self = .sqlite(path: path.absolutePath)
    }

    /// Whether only processes on this machine can share it.
    package var isEmbedded: Bool {
        switch self {
        case .sqlite: true
        case .postgres: false
        }
    }

    /// The store's place without a password, for messages.
    package var place: String {
        switch self {
        case .sqlite(let path): path
        case .postgres(let url): URLs.redacted(url)
        }
    }
}
