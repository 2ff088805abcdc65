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
            CreateUser(
                email: "ada@example.com",
                kept: KeptUser(
                    id: UUIDv7.next(), createdAt: Timestamp(milliseconds: 7), passwordHash: "$2b$", role: .admin, state: .disabled, isConfirmed: false
                )),
        ]
        for request in requests { #expect(try CreateUser(Shippy_V1_NewUser(request)) == request) }
        #expect(requests.map { Shippy_V1_NewUser($0).isPlain } == [true, false, true, false])
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
