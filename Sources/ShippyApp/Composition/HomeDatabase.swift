import EmbeddedEngines
import Foundation
import ShippyConfiguration

/// The file of the data directory in which users, mails and events live: opened when the first engine asks for it, and one for
/// all of them.
final class HomeDatabase {
    private let path: String
    private let earlierLog: String
    private var opened: EmbeddedDatabase?

    init(_ configuration: Configuration) {
        path = "\(configuration.home)/shippy.db"
        earlierLog = "\(configuration.home)/events.db"
    }

    func open() throws -> EmbeddedDatabase {
        if let opened { return opened }
        let database = try EmbeddedDatabase(main: path, takingOver: earlierLog)
        opened = database
        return database
    }

    /// Whether a path leads to this file.
    func isAt(_ path: String) -> Bool {
        func real(_ path: String) -> URL { URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL }
        return real(path) == real(self.path)
    }
}
