/// Tells a connection that its calls have had their time: a shutdown waits no longer.
struct CallsShouldEndEvent: Sendable {}
