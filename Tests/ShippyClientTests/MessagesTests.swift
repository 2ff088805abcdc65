import ShippyCore
import ShippyRPC
import Testing

@Suite struct MessagesTests {
    @Test func aRequestArrivesAsItWasMade() throws {
        let requests = [
            CreateUser(email: "ada@example.com"),
            CreateUser(
                email: "ada@example.com", name: "Ada", company: "Analytical", password: "secret", idempotencyKey: "k", welcome: false,
                onConflict: .keepExisting),
            CreateUser(email: "", password: ""),
        ]
        for request in requests { #expect(CreateUser(Shippy_V1_NewUser(request)) == request) }
    }

    @Test func anOutcomeArrivesAsItWas() throws {
        let user = User(
            id: UUIDv7.next(), name: "Ada", company: "", email: try EmailAddress("ada@example.com"), createdAt: Timestamp(milliseconds: 7))
        let outcomes: [Result<CreatedUser, ShippyError>] = [
            .success(CreatedUser(user: user, isNew: true)), .success(CreatedUser(user: user, isNew: false)),
            .failure(ShippyError(.conflict, "taken", field: "email")), .failure(ShippyError(.failed, "why")),
        ]
        for outcome in outcomes { #expect(Shippy_V1_Outcome(outcome).result == outcome) }
    }
}
