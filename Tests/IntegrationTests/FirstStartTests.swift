import TestSupport
import Testing

/// Processes that find an empty place, all at the same moment.
@Suite struct FirstStartTests {
    @Test func processesThatStartTogetherOnAnEmptyDirectoryAllWork() async throws {
        let commands = [["user", "list"], ["mail", "list"], ["events", "status"], ["registry", "list"], ["status"]]
        for _ in 0..<20 {
            let place = try TemporaryDirectory()
            let outcomes = try await withThrowingTaskGroup(of: Outcome.self) { group in
                for command in commands { group.addTask { try await ShippyBinary.run(command, home: place("home")) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for outcome in outcomes { #expect(outcome.status == 0, "\(outcome.errors)") }
        }
    }
}
