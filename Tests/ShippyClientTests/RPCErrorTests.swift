import GRPCCore
import ShippyCore
import Testing

@testable import ShippyClient

@Suite struct RPCErrorTests {
    @Test(arguments: [
        (RPCError.Code.invalidArgument, ShippyError.Code.invalid), (.alreadyExists, .conflict), (.notFound, .notFound),
        (.resourceExhausted, .overloaded), (.unavailable, .unavailable), (.deadlineExceeded, .unavailable), (.cancelled, .unavailable),
        (.permissionDenied, .forbidden), (.unauthenticated, .unauthenticated), (.internalError, .failed), (.unimplemented, .failed),
    ])
    func aCodeComesBackAsItWasSent(code: RPCError.Code, expected: ShippyError.Code) {
        let error = ShippyError(RPCError(code: code, message: "why"), service: "users", address: "10.0.0.1:1")
        #expect(error.code == expected)
        #expect(error.message.contains(code == .deadlineExceeded ? "no answer in time" : "why"))
    }
}
