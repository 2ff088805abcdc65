import ShippyConfiguration
import ShippyCore
import ShippyDiscovery
import Synchronization

// Engines opened for a command are closed after it, even if it fails.

extension CommandContext {
    /// - Parameter home: the shared database of engines that are opened together.
    func withStore<Value>(in home: HomeDatabase? = nil, _ body: (any Store) async throws -> Value) async throws -> Value {
        try checkEngines()
        if configuration.store.isEmbedded { try checkKnown(Settings.store.row, "store") }
        let store = try Engines.openStore(configuration, in: home)
        return try await closing({ await store.close() }, after: { try await body(store) })
    }

    /// - Parameter home: the shared database of engines that are opened together.
    func withBus<Value>(in home: HomeDatabase? = nil, _ body: (any EventBus) async throws -> Value) async throws -> Value {
        try checkEngines()
        if configuration.bus == .embedded { try checkKnown(Settings.bus.row, "bus") }
        let bus = try Engines.openBus(configuration, in: home)
        return try await closing({ await bus.close() }, after: { try await body(bus) })
    }

    /// Runs `body` with a way to open the bus, which is closed afterwards.
    func withBusIfNeeded<Value>(_ body: (() throws -> any EventBus) async throws -> Value) async throws -> Value {
        let opened = Mutex<(any EventBus)?>(nil)
        func open() throws -> any EventBus {
            let bus = try Engines.openBus(configuration)
            opened.withLock { $0 = bus }
            return bus
        }
        return try await closing({ await opened.withLock(\.self)?.close() }, after: { try await body(open) })
    }

    func withRegistry<Value>(_ body: (any ServiceRegistry) async throws -> Value) async throws -> Value {
        try checkEngines()
        let registry = try Engines.openRegistry(configuration)
        return try await closing({ await registry.close() }, after: { try await body(registry) })
    }

    /// Refuses to look into this machine's own engines for an installation of which only the services' addresses are known.
    ///
    /// - Throws: ``ShippyError`` `.usage`.
    func checkEngines() throws {
        let sources = configuration.sources
        guard let address = sources.given(Settings.usersAddress.row) ?? sources.given(Settings.notificatorAddress.row),
            [Settings.home.row, Settings.store.row, Settings.bus.row, Settings.registry.row].allSatisfy({ sources.given($0) == nil })
        else { return }
        throw ShippyError(
            .usage,
            """
            \(configuration.context.map { "context \($0.name)" } ?? "\(address.origin.description)") knows only the address of a service, and this \
            command needs the engines: set \(Settings.store.row.flag), \(Settings.bus.row.flag) or \(Settings.registry.row.flag), or name the \
            data directory with \(Settings.home.row.flag)
            """)
    }

    /// Refuses to make an empty engine on this machine for an installation of which only the registry is known.
    ///
    /// - Throws: ``ShippyError`` `.usage`.
    private func checkKnown(_ row: SettingRow, _ engine: String) throws {
        guard configuration.registry != .embedded, configuration.sources.given(row) == nil, !HomeDatabase(configuration).exists else { return }
        throw ShippyError(
            .usage,
            """
            only the registry of this installation is known (\(configuration.registry.place)), and this command needs its \(engine): set \
            \(row.flag), or name the data directory with \(Settings.home.row.flag)
            """)
    }

    /// Runs `body` with the users service, then waits for the work that it caused.
    func withUsers(_ body: (any UsersAPI) async throws -> Void) async throws {
        try await withUsersAccess { access in try await access.credentials.explaining { try await body(access.users) } }
    }

    /// Runs `body` with the part of the users service that decides who may do what.
    func withAccess(_ body: (any AccessAPI) async throws -> Void) async throws {
        try await withUsersAccess { access in try await access.credentials.explaining { try await body(access.access) } }
    }

    /// Runs `body` with all of the users service, then waits for the work that it caused.
    ///
    /// With ``Configuration/usersAddress`` it opens no engine.
    func withUsersAccess<Value>(_ body: (UsersAccess) async throws -> Value) async throws -> Value {
        if let address = configuration.usersAddress {
            let access = UsersAccess(self, at: address)
            return try await naming(Settings.usersAddress) {
                try await finishing({ try await access.close() }, after: { try await body(access) })
            }
        }
        return try await withRegistry { registry in
            let access = try await UsersAccess.open(self, registry: registry)
            return try await finishing({ try await access.close() }, after: { try await body(access) })
        }
    }

    /// Runs `body` with the notificator, then waits for the work that it caused.
    ///
    /// With ``Configuration/notificatorAddress`` it opens no engine.
    func withNotificator<Value>(_ body: (NotificatorAccess) async throws -> Value) async throws -> Value {
        if let address = configuration.notificatorAddress {
            let access = NotificatorAccess(self, at: address)
            return try await finishing({ try await access.close() }, after: { try await body(access) })
        }
        return try await withRegistry { registry in
            let access = try await NotificatorAccess.open(self, registry: registry)
            return try await finishing({ try await access.close() }, after: { try await access.credentials.explaining { try await body(access) } })
        }
    }

    /// Where a change to users takes effect, for a question.
    var usersPlace: String {
        configuration.usersAddress?.description ?? storePlace
    }

    /// Where a change to the store takes effect, for a question.
    var storePlace: String { configuration.isEmbedded ? configuration.home : configuration.store.place }

    /// Where a change to the registry takes effect, for a question.
    var registryPlace: String { configuration.registry == .embedded ? configuration.home : configuration.registry.place }

    /// Where a change to the bus takes effect, for a question.
    var busPlace: String { configuration.bus == .embedded ? configuration.home : configuration.bus.place }

    /// If the service does not answer at the address that `setting` gives, the error says where that address comes from.
    func naming<Value>(_ setting: Setting<HostPort>, _ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch var error as ShippyError where error.code == .unavailable {
            // It says what to do already, and the address is right: something answers there.
            if error.message.contains(": set --") { throw error }
            switch configuration.sources.given(setting.row)?.origin {
            case .flag(let name), .variable(let name): error.message += ": check \(name)"
            case let origin?: error.message += ": check \(setting.row.name) (\(origin.description))"
            case nil: break
            }
            throw error
        }
    }

    /// The registered instances of a service that this command can call.
    /// - Throws: ``ShippyError`` `.denied` if one of them uses another store.
    func discover(_ role: Role, in registry: any ServiceRegistry) async throws -> Discovery {
        let discovery = Discovery(registry: registry, service: role.rawValue, protocol: "grpc")
        _ = try await discovery.load()
        try await SameStore.require(discovery.instances, self)
        return discovery
    }

    /// Runs `body`, then `finish`, even if `body` throws. Of two errors, the first is reported.
    private func finishing<Value>(_ finish: () async throws -> Void, after body: () async throws -> Value) async throws -> Value {
        let value: Value
        do {
            value = try await body()
        } catch {
            try? await finish()
            throw error
        }
        try await finish()
        return value
    }
}
