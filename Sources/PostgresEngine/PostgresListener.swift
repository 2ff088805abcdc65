import Foundation
import Glibc
import ShippyCore
import Synchronization

/// Raises a notifier when any process that uses the same database has committed a change to its channel's data.
///
/// It has its own thread and connection, which wait for `NOTIFY`. After a reconnect it raises all notifiers, because it may have
/// missed notifications.
final class PostgresListener: Sendable {
    private static let backoff = Backoff(base: .milliseconds(200), cap: .seconds(5))
    /// How long a connection must last for earlier failures to be forgotten.
    private static let stability = Duration.seconds(30)
    /// How often a silent connection is checked.
    private static let checkInterval = Duration.seconds(10)

    private let pool: PostgresPool
    private let notifiers: [String: ChangeNotifier]
    /// A pipe whose reading end becomes readable when the listener must end; nil until it is started.
    private let wakeUp = Mutex<Pipe?>(nil)
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameter notifiers: by channel.
    init(pool: PostgresPool, notifiers: [String: ChangeNotifier]) {
        self.pool = pool
        self.notifiers = notifiers
    }

    /// Starts listening. Only the first call has an effect.
    func start() {
        let pipe = wakeUp.withLock { wakeUp -> Pipe? in
            guard wakeUp == nil else { return nil }
            wakeUp = Pipe()
            return wakeUp
        }
        guard let descriptor = pipe?.fileHandleForReading.fileDescriptor else { return }
        let thread = Thread { [self] in
            listen(until: descriptor)
            ended.signal()
        }
        thread.name = "pg-listen"
        thread.start()
    }

    /// Ends the listener and waits for it: for a moment, or for the few seconds that an attempt to connect may take.
    func stop() async {
        guard let pipe = wakeUp.withLock({ $0 }) else { return }
        try? pipe.fileHandleForWriting.close()
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [self] in
                ended.wait()
                continuation.resume()
            }
        }
    }

    private func listen(until wakeUp: Int32) {
        var failures = 0
        while true {
            let begin = ContinuousClock.now
            do {
                let connection = try pool.dedicatedConnection()
                defer { connection.close() }
                for channel in notifiers.keys.sorted() { try connection.execute("LISTEN \(channel)") }
                notifiers.values.forEach { $0.raise() }
                while true {
                    if try Self.wait(on: connection.socket, orUntil: wakeUp, upTo: Self.checkInterval) == .ended { return }
                    let channels = try connection.takeNotifications()
                    for channel in channels { notifiers[channel]?.raise() }
                    if channels.isEmpty { try connection.execute("SELECT 1") }
                }
            } catch {
                // The pool meets the same error, and reports it to its callers.
                // A server may accept connections and end them at once.
                failures = begin.duration(to: .now) < Self.stability ? failures + 1 : 1
                if (try? Self.wait(on: -1, orUntil: wakeUp, upTo: Self.backoff.delay(attempt: failures))) == .ended { return }
            }
        }
    }

    private enum Wake { case something, ended }

    private static func wait(on socket: Int32, orUntil wakeUp: Int32, upTo limit: Duration) throws -> Wake {
        // poll ignores an entry whose descriptor is negative.
        var descriptors = [pollfd(fd: socket, events: Int16(POLLIN), revents: 0), pollfd(fd: wakeUp, events: Int16(POLLIN), revents: 0)]
        guard poll(&descriptors, 2, Int32(clamping: limit.milliseconds)) >= 0 || errno == EINTR else {
            throw PostgresError(message: String(cString: strerror(errno)))
        }
        return descriptors[1].revents != 0 ? .ended : .something
    }
}
