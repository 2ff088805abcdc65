import Foundation
import ShippyCore

/// Where users, outbox and mails are kept.
enum StoreURL: Hashable, Sendable {
    case sqlite(path: String)
    case postgres(url: String)

    /// - Throws: ``ShippyError`` `.usage` that names the URL, without a password in it.
    init(_ text: String?, home: String) throws {
        guard let text else {
            self = .sqlite(path: "\(home)/shippy.db")
            return
        }
        if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            try URLs.checkEncoding("store", text)
            self = .postgres(url: text)
            return
        }
        guard let path = text.dropping(prefix: "sqlite:"), !path.isEmpty else {
            throw URLs.unsupported("store", text, "use sqlite:PATH or postgres://USER@HOST/DATABASE")
        }
        self = .sqlite(path: path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)")
    }

    /// Whether this machine's processes alone can share it.
    var isEmbedded: Bool {
        switch self {
        case .sqlite: true
        case .postgres: false
        }
    }

    /// For messages: without a password.
    var place: String {
        switch self {
        case .sqlite(let path): path
        case .postgres(let url): URLs.redacted(url)
        }
    }
}
