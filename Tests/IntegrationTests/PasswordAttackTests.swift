import Foundation
import TestSupport
import Testing

/// Guessing passwords over HTTP, from several addresses at once.
@Suite struct PasswordAttackTests {
    private static let password = "correct horse battery"
    private static let guesses = 10_000
    private static let accounts = 100
    private static let sources = 5
    /// Together they do not fill the queue of passwords to hash, which would refuse them, too.
    private static let connections = 8
    /// The accounts whose users log in during the attack, each for the first time.
    private static let users = 10

    /// The defender's side: nearly all guesses are refused before they are hashed, and users whose accounts are attacked log in from
    /// an address that is new to them.
    @Test func tenThousandGuessesAreRefusedAndUsersLogInMeanwhile() async throws {
        let home = try TemporaryDirectory()
        let http = HTTP()
        let server = try await Server.start(home: home.path, ["--bcrypt-cost", "10"])
        for number in 0..<Self.users {
            let body = #"{"email":"account-\#(number)@example.com","password":"\#(Self.password)"}"#
            #expect(try await http.post(server.users, "/create", body).status == 200)
        }
        let script = PythonScript.path("password-attack.py")
        let numbers = [Self.guesses, Self.accounts, Self.sources, Self.connections].map(String.init)
        let attack = try ShippyBinary.start(
            "/usr/bin/env", ["python3", script, server.users] + numbers, home: home.path, files: TemporaryDirectory())
        try await eventually("it has begun: \(attack.errors)") { attack.output.contains("attacking") }

        var waits: [Duration] = []
        for number in 0..<Self.users where !attack.output.contains("statuses") {
            let start = ContinuousClock.now
            let body = #"{"email":"account-\#(number)@example.com","password":"\#(Self.password)"}"#
            let reply = try await http.post(server.users, "/api/v1/auth/login", body)
            #expect(reply.status == 200, "\(reply.body)")
            waits.append(.now - start)
        }
        try #require(!waits.isEmpty, "the attack was over before anybody logged in")
        // The median: a busy machine may hold up one of them.
        #expect(waits.sorted()[waits.count / 2] < .seconds(2), "\(waits)")

        #expect(try await attack.status() == 0, "\(attack.errors)")
        let line = try #require(attack.output.split(separator: "\n").last)
        let outcome = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let statuses = try #require(outcome["statuses"] as? [String: Int])
        #expect(statuses.values.reduce(0, +) == Self.guesses)
        // Wrong passwords get 401; attempts that must wait are refused with 429, and are not hashed.
        #expect(Set(statuses.keys) == ["401", "429"])
        let seconds = try #require(outcome["seconds"] as? Double)
        // Each address may guess 60 times, and once in 5 s after that.
        let hashed = Double(Self.sources) * (60 + seconds / 5 + 1)
        #expect(Double(statuses["401"] ?? 0) <= hashed, "\(statuses) in \(seconds) s")
        try await server.stop()
    }
}
