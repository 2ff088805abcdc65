import ShippyCore

/// A point in time by the clock of an embedded database, in whole milliseconds. It is close to the wall clock as long as nobody
/// changes that, but must not be displayed: see ``EmbeddedClock/wallTime(of:)``.
package struct EngineTime: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static func < (left: EngineTime, right: EngineTime) -> Bool {
        left.milliseconds < right.milliseconds
    }

    package static func + (time: EngineTime, duration: Duration) -> EngineTime {
        EngineTime(milliseconds: time.milliseconds + duration.milliseconds)
    }

    package static func - (time: EngineTime, duration: Duration) -> EngineTime {
        EngineTime(milliseconds: time.milliseconds - duration.milliseconds)
    }

    package static func - (end: EngineTime, start: EngineTime) -> Duration {
        .milliseconds(end.milliseconds - start.milliseconds)
    }
}
