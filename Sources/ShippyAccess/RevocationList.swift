package import ShippyCore
import Synchronization

/// What has been revoked, as this process knows it. One task reads ``AccessStore/revocations(ifChangedSince:)`` about once a second and
/// keeps this up to date; every use of a token asks it.
///
/// It promises that what is revoked is refused everywhere within 5 s, also while the store cannot be read: then it refuses
/// everything, and the callers are told to try again.
///
/// A revoked session or API token is known by its ID. A revocation of all of a user's sessions is of those that began at or before its
/// time: the time in the session's ID counts, not `iat`. So it does not matter that `iat` is in whole seconds: every token of an
/// earlier session is refused, whenever it was issued, and a login right after a change of password works, because it begins another
/// session. The two times are by the clocks of a service and of the store. For a session that seems to begin later than the change
/// that ended it, because the service's clock was ahead, the store records a revocation of its own: see ``Revocation``.
package final class RevocationList: Sendable {
    /// How old its knowledge may be. Half a second of the 5 is left for the call itself.
    package static let ageLimit = Duration.milliseconds(4500)

    private struct State {
        var content = Content()
        var mark: String?
        var readAt: SteadyClock.Instant?
    }

    /// Not changed once it is made: copied out of the lock, and then read.
    private final class Content: Sendable {
        let sessions: Set<String>
        let tokens: Set<String>
        let users: [String: UserRevocation]

        init(_ revocations: [Revocation] = []) {
            var sessions: Set<String> = []
            var tokens: Set<String> = []
            var users: [String: UserRevocation] = [:]
            for revocation in revocations {
                switch revocation.subject {
                case .session(let id): sessions.insert(id)
                case .token(let id): tokens.insert(id)
                case .user(let id, let except): users[id, default: UserRevocation()].add(revocation.at, except)
                }
            }
            self.sessions = sessions
            self.tokens = tokens
            self.users = users
        }
    }

    /// All revocations of one user, in as much space as one.
    private struct UserRevocation {
        /// The last one.
        private var at = Timestamp(milliseconds: .min)
        private var except: String?
        /// The last one that the session `except` is no exception from.
        private var atWithoutException = Timestamp(milliseconds: .min)

        mutating func add(_ time: Timestamp, _ exception: String?) {
            if time > at {
                // What was the last one is no exception for another session.
                if exception != except { atWithoutException = at }
                (at, except) = (time, exception)
            } else if exception != except {
                atWithoutException = max(atWithoutException, time)
            }
        }

        func revokes(_ token: AccessToken) -> Bool {
            token.sessionBegan <= (token.sessionID == except ? atWithoutException : at)
        }
    }

    private let state = Mutex(State())
    private let clock: SteadyClock

    package init(clock: SteadyClock = .system) {
        self.clock = clock
    }

    /// Of the revocations that this list has: for the next ``AccessStore/revocations(ifChangedSince:)``.
    package var mark: String? { state.withLock { $0.mark } }

    /// Takes over what has been read from the store. The task that reads the revocations reads the signing keys in the same round, and
    /// calls this when it has both: then a revoked key is refused within 5 s, too.
    ///
    /// - Parameters:
    ///   - revocations: nil if they have not changed.
    ///   - begun: when the reading began, by the clock of this list. What was committed before is known now.
    package func refresh(_ revocations: Revocations?, begun: SteadyClock.Instant) {
        let content = revocations.map { Content($0.all) }
        state.withLock { state in
            guard state.readAt.map({ $0 <= begun }) ?? true, content != nil || state.readAt != nil else { return }
            if let content, let revocations { (state.content, state.mark) = (content, revocations.mark) }
            state.readAt = begun
        }
    }

    /// - Throws: ``TokenRefusal`` `.revoked`, or `.outdated` if the store has not been read for ``ageLimit``.
    package func check(_ token: AccessToken) throws(TokenRefusal) {
        let content = try current()
        guard !content.sessions.contains(token.sessionID), !(content.users[token.userID]?.revokes(token) ?? false) else { throw .revoked }
    }

    /// - Parameter apiToken: the ID of a token for a program.
    /// - Throws: as ``check(_:)``.
    package func check(apiToken id: String) throws(TokenRefusal) {
        guard try !current().tokens.contains(id) else { throw .revoked }
    }

    private func current() throws(TokenRefusal) -> Content {
        let (content, readAt) = state.withLock { ($0.content, $0.readAt) }
        guard let readAt, clock.now < readAt + Self.ageLimit else { throw .outdated }
        return content
    }
}
