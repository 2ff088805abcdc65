import Testing

@testable import ShippyAccess

struct UUIDTextTests {
    @Test func anIDComesBackAndSaysWhenItWasMade() throws {
        // RFC 9562, A.6: 22 February 2022.
        let id = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
        let bytes = try #require(UUIDText.bytes(id))
        #expect(UUIDText.text(bytes) == id)
        #expect(UUIDText.milliseconds(id) == 1_645_557_742_000)
    }

    @Test(arguments: [
        "", "01890a5d-ac96-774b-bcce-b302099a805", "01890a5d-ac96-774b-bcce-b302099a80570", "01890A5d-ac96-774b-bcce-b302099a8057",
        "01890a5dac96-774b-bcce-b302099a8057-", "01890a5d-ac96-774b-bcce-b302099a805g", "é1890a5d-ac96-774b-bcce-b302099a805",
    ])
    func anythingElseIsNoUUID(text: String) {
        #expect(UUIDText.bytes(text) == nil)
    }

    @Test(arguments: ["01890a5d-ac96-474b-bcce-b302099a8057", "01890a5d-ac96-774b-7cce-b302099a8057", "00000000-0000-0000-0000-000000000000"])
    func onlyVersion7HasATime(text: String) {
        #expect(UUIDText.bytes(text) != nil)
        #expect(UUIDText.milliseconds(text) == nil)
    }
}
