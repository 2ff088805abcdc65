/// Tells a connection to cancel its calls, because a shutdown waits no longer.
struct CallsShouldEndEvent: Sendable {}
