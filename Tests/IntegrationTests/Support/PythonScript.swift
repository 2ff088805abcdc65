import Foundation
import TestSupport

/// The Python scripts in this directory.
enum PythonScript {
    static func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(name).path
    }

    /// Runs a script that takes its task as JSON and prints its answer as JSON.
    /// - Throws: ``NeverHappened`` with what the script says, if it fails.
    static func answer<Answer: Decodable>(
        of name: String, to task: [String: Any], home: String, environment: [String: String] = [:]
    ) async throws -> Answer {
        let json = String(decoding: try JSONSerialization.data(withJSONObject: task), as: UTF8.self)
        let outcome = try await ShippyBinary.shell(
            #"exec python3 "$script" "$task""#, home: home, environment: environment.merging(["task": json, "script": path(name)]) { $1 })
        guard outcome.status == 0 else { throw NeverHappened(description: outcome.errors) }
        return try JSONDecoder().decode(Answer.self, from: Data(outcome.output.utf8))
    }
}
