import ShippyAccess
import ShippyCore
import Testing

struct CallerTests {
    @Test func anActorIsNamedWithoutItsSession() {
        #expect(Caller(.user(id: "7", session: "secret"), role: .user, address: "").actor == "user:7")
        #expect(Caller(.certificate(name: "shop"), role: .reader, address: "").actor == "certificate:shop")
        #expect(Caller(.owner, role: .admin, address: "").actor == "owner")
    }

    @Test func rolesAreInTheOrderOfWhatTheyAllow() {
        #expect(AccessRole.allCases.sorted() == [.user, .reader, .operator, .admin])
        #expect(AccessRole.reader < .operator)
    }
}
