/// What all stores of sessions share.
extension Session {
    /// A copy for another clock: the times that the store's clock sets or compares are moved by `shift`.
    package func moved(by shift: Duration) -> Session {
        var session = self
        session.lastUsedAt = lastUsedAt + shift
        session.expiresAt = expiresAt + shift
        session.counterSince = counterSince + shift
        return session
    }

    /// The day on which it expires, counted from 1970. Stores index this and not the time itself, which every refresh changes.
    package var expiryDay: Int64 { Self.day(of: expiresAt) }

    package static func day(of time: Timestamp) -> Int64 { time.milliseconds / 86_400_000 }
}

extension Session {
    /// The session after a refresh, by the store's clock.
    ///
    /// - Parameter shift: how far the clock of ``SessionRefresh/expiresAt`` is ahead of the store's.
    package func advanced(by refresh: SessionRefresh, shift: Duration, at now: Timestamp) -> Session {
        var session = self
        session.counter += 1
        session.previous = refresh.counter
        session.counterSince = now
        session.lastUsedAt = now
        session.expiresAt = refresh.expiresAt - shift
        session.address = refresh.address
        return session
    }
}
