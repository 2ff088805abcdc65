/// How a move knows of the services that use its source.
package struct Following: Sendable {
    /// Whether the last one is gone.
    package let isAtRest: @Sendable () async throws -> Bool
    /// Called once, when nearly everything is there: now somebody should stop them.
    package let hasCaughtUp: @Sendable () -> Void

    package init(isAtRest: @escaping @Sendable () async throws -> Bool, hasCaughtUp: @escaping @Sendable () -> Void) {
        self.isAtRest = isAtRest
        self.hasCaughtUp = hasCaughtUp
    }
}
