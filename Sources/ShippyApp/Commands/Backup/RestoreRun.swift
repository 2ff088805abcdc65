import EmbeddedEngines
import Foundation
import ShippyAccess
import ShippyBackup
import ShippyConfiguration
import ShippyCore
import ShippyEvents
import ShippyNotificator

/// Makes an installation of a backup in an empty data directory.
///
/// Everything is prepared in a directory of its own, and takes effect with the rename of the finished database.
struct RestoreRun: Sendable {
    /// When held mails would be due: after everybody who could wonder.
    private static let holdTime = Duration.seconds(100 * 365 * 86_400)
    static let heldReply = "held by restore: shippy mail retry sends it"

    private let file: String
    private let mails: WaitingMails
    private let place: RestorePlace
    private let secret: GivenSecret
    private let confirmsAddresses: Bool

    /// - Throws: ``ShippyError`` `.usage` unless the store and the bus are embedded, and in the data directory; `.usage` or `.denied` for
    ///   a secret that cannot be read.
    init(_ configuration: Configuration, file: String, mails: WaitingMails) throws {
        guard case .sqlite(let path) = configuration.store, HomeDatabase(configuration).isAt(path), configuration.bus == .embedded else {
            throw ShippyError(
                .usage,
                """
                `shippy restore` fills a data directory with an embedded store and bus, and \(configuration.store.place) and \
                \(configuration.bus.place) are set: leave them out; docs/backup.md explains how PostgreSQL and NATS are restored
                """)
        }
        self.file = file
        self.mails = mails
        place = RestorePlace(home: configuration.home)
        secret = try GivenSecret(configuration, place)
        confirmsAddresses = configuration.confirmsAddresses
    }

    /// Reads the whole backup, and says what a restore would do.
    func plan() async throws -> RestoredInstallation {
        let input = try BackupInput(file)
        let manifest = try await StoppableWork.run("restore", onStop: { input.interrupt() }) { work in
            let reader = try input.reader(work)
            try place.check()
            try reader.readParts { _, _ in try work.check() }
            return reader.manifest
        }
        return RestoredInstallation(
            home: place.home, manifest: manifest, isPlanned: true, waitingMails: manifest.waitingMails, mails: mails,
            endedSessions: secret.value == nil ? manifest.counts.sessions : nil)
    }

    func run() async throws -> RestoredInstallation {
        let input = try BackupInput(file)
        let (manifest, lock) = try await StoppableWork.run("restore", onStop: { input.interrupt() }) { work in
            let reader = try input.reader(work)
            try place.check()
            let lock = try place.prepare()
            do {
                try extract(reader, work)
                return (reader.manifest, lock)
            } catch {
                place.removeStaging()
                throw error
            }
        }
        defer { extendLifetime(lock) }
        do {
            let (waiting, ended) = try await adapt()
            try await StoppableWork.run("restore") { work in
                try work.check()
                try secret.copy(to: place.secret)
                try RestoredDatabase.install(place.stagedDatabase, in: place.home)
                place.removeStaging()
            }
            return RestoredInstallation(
                home: place.home, manifest: manifest, isPlanned: false, waitingMails: waiting, mails: mails, endedSessions: ended)
        } catch {
            place.removeStaging()
            throw error
        }
    }

    private func extract(_ reader: BackupReader, _ work: StoppableWork) throws {
        let database = try NewFile(place.stagedDatabase, replaces: false)
        var unpacking = ProgressBar(label: "unpacking")
        var done: Int64 = 0
        try reader.readParts { part, bytes in
            try work.check()
            try database.write(bytes)
            done += Int64(bytes.count)
            unpacking.show(Double(done) / Double(max(1, part.size)))
        }
        try database.finish()
        unpacking.clear()
        try work.check()
        try RestoredDatabase.check(place.stagedDatabase, isThorough: false)
        try RestoredDatabase.renew(place.stagedDatabase)
    }

    /// Brings the copy up to date, and takes from it what only the original may do.
    ///
    /// - Returns: the number of mails that wait, and of sessions that have ended; nil if they have not.
    private func adapt() async throws -> (waiting: Int, ended: Int?) {
        let database = try await StoppableWork.run("restore") { _ in try EmbeddedDatabase(main: place.stagedDatabase) }
        let store = try SQLiteStore(database, events: .log(groups: ConsumerConfiguration.mailing, takesOutbox: false))
        let bus: EmbeddedBus
        do {
            bus = try EmbeddedBus(database)
        } catch {
            await store.close()
            throw error
        }
        return try await closing(
            {
                await bus.close()
                await store.close()
            },
            after: {
                let ended = try await takeSecret(store)
                return (try await takeMails(store, bus), ended)
            })
    }

    private func takeSecret(_ store: SQLiteStore) async throws -> Int? {
        guard let value = secret.value else { return try await store.endSessionsOfLostSecret() }
        do {
            _ = try KeyRing(try await store.signingKeys(), secret: value, at: .now)
        } catch let error as ShippyError where error.code == .denied {
            throw ShippyError(
                .denied,
                """
                the secret in \(secret.path) is not the one of the backup: name the original's with \(Settings.secretFile.row.flag), or \
                restore without a secret, which ends all sessions
                """)
        }
        return nil
    }

    private func takeMails(_ store: SQLiteStore, _ bus: EmbeddedBus) async throws -> Int {
        guard mails == .hold else {
            let counts = try await store.mailCounts()
            return (counts[.queued] ?? 0) + (counts[.sending] ?? 0)
        }
        let until = Timestamp.now + Self.holdTime
        var count = try await store.holdMails(until: until, saying: Self.heldReply)
        // The notificators of the copy would find these events, and mail them.
        for mailing in [Mailing.welcome(confirmingWith: confirmsAddresses ? secret.value : nil), .notices] {
            count += try await MailBacklog(mailing).hold(until: until, saying: Self.heldReply, bus: bus, queue: store)
        }
        return count
    }
}
