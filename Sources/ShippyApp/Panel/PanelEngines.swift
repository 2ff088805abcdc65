import ShippyConfiguration
import ShippyCore
import Synchronization

/// Store and bus of a panel, opened when they are first needed and closed with the panel.
final class PanelEngines: Sendable {
    let context: CommandContext
    private let opened = Mutex<(store: (any Store)?, bus: (any EventBus)?)>((nil, nil))

    init(_ context: CommandContext) {
        self.context = context
    }

    /// - Throws: ``ShippyError`` of opening it. The next call tries again.
    func store() throws -> any Store {
        try opened.withLock { opened in
            if let store = opened.store { return store }
            let store = try Engines.openStore(context.configuration)
            opened.store = store
            return store
        }
    }

    /// As above.
    func bus() throws -> any EventBus {
        try opened.withLock { opened in
            if let bus = opened.bus { return bus }
            let bus = try openBus()
            opened.bus = bus
            return bus
        }
    }

    /// One of its own, for a reader.
    func openBus() throws -> any EventBus { try Engines.openBus(context.configuration) }

    /// Call it after all who use them have ended.
    func close() async {
        let (store, bus) = opened.withLock { $0 }
        await bus?.close()
        await store?.close()
    }
}
