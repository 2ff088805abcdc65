/// A condition did not come true in time.
package struct NeverHappened: Error, CustomStringConvertible {
    package var description: String

    package init(description: String) {
        self.description = description
    }
}

/// Waits until `condition` gives a value, and looks again and again until then; generous, because test machines are slow.
@discardableResult
package func eventually<Value>(
    _ what: String, within timeout: Duration = .seconds(60), every pause: Duration = .milliseconds(20), _ condition: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + timeout
    while true {
        if let value = try await condition() { return value }
        guard ContinuousClock.now < deadline else { throw NeverHappened(description: "not within \(timeout): \(what)") }
        try await Task.sleep(for: pause)
    }
}

/// As above, for a condition that is true or not.
package func eventually(_ what: String, within timeout: Duration = .seconds(60), _ condition: () async throws -> Bool) async throws {
    try await eventually(what, within: timeout) { try await condition() ? true : nil }
}
