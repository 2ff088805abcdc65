import ShippyCore
import Testing

@Suite struct ShippyErrorTests {
    /// It may name paths, servers and values that are none of a client's business.
    @Test(arguments: [ShippyError.Code.unavailable, .failed, .denied, .gap])
    func whatAnEngineSaidIsNotForClients(code: ShippyError.Code) {
        let told = ShippyError(code, "canary: cannot write /home/canary", field: "canary").forClients(requestID: "request-1")
        #expect(!told.message.contains("canary"))
        #expect(told.field == nil)
        if code == .unavailable {
            #expect(told.retryAfter != nil)
        } else {
            #expect(told.message.contains("request-1"))
        }
    }

    @Test(arguments: [ShippyError.Code.usage, .malformed, .invalid, .conflict, .notFound, .tooLarge, .overloaded, .unauthenticated, .forbidden])
    func whatAClientDidWrongIsToldAsItIs(code: ShippyError.Code) {
        let error = ShippyError(code, "name is too long", field: "name", retryAfter: .seconds(3))
        #expect(error.forClients(requestID: "request-1") == error)
    }
}
