package import ShippyCore

/// One point in time on two clocks.
package struct Moment: Sendable {
    /// Seconds on a clock that is never set: for how long something took, and when it is due.
    package var seconds: Double
    /// For what was written down elsewhere.
    package var wall: Timestamp

    package init(seconds: Double, wall: Timestamp) {
        self.seconds = seconds
        self.wall = wall
    }
}
