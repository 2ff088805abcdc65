package import ShippyCore

/// One point in time on two clocks.
package struct Moment: Sendable {
    /// Seconds on a monotonic clock, for durations and deadlines.
    package var seconds: Double
    /// Wall-clock time, to compare with recorded times.
    package var wall: Timestamp

    package init(seconds: Double, wall: Timestamp) {
        self.seconds = seconds
        self.wall = wall
    }
}
