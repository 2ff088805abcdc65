import EmbeddedEngines
import Foundation
import ShippyConfiguration

/// The database in the data directory with users, mails and events. It is opened by the first engine that needs it, and shared by
/// all.
final class HomeDatabase {
    private let path: String
    private let earlierLog: String
    private var opened: EmbeddedDatabase?

    init(_ configuration: Configuration) {
        path = Self.path(configuration)
        earlierLog = "\(configuration.home)/events.db"
    }

    static func path(_ configuration: Configuration) -> String { "\(configuration.home)/shippy.db" }

    var exists: Bool { FileManager.default.fileExists(atPath: path) }

    func open() throws -> EmbeddedDatabase {
        if let opened { return opened }
        let database = try EmbeddedDatabase(main: path, takingOver: earlierLog)
        opened = database
        return database
    }

    /// Whether a path leads to this database.
    func isAt(_ path: String) -> Bool {
        func real(_ path: String) -> URL { URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL }
        return real(path) == real(self.path)
    }
}
