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

    @Test func theWordsOfTheTransportAreNotShown() {
        let error = ShippyError(RPCError(code: .unavailable, message: "Failed to resolve server name"), service: "users", address: "10.0.0.1:1")
        #expect(error.message == "users at 10.0.0.1:1: there is no such host")
    }

    @Test(arguments: [
        ("limited", ShippyError.Code.limited), ("too-large", .tooLarge), ("overloaded", .overloaded), ("denied", .overloaded), ("x", .overloaded),
    ])
    func whatSharesAStatusIsToldApart(told: String, expected: ShippyError.Code) {
        let error = RPCError(code: .resourceExhausted, message: "why", metadata: ["shippy-error-code": "\(told)"])
        #expect(ShippyError(error, service: "users", address: "10.0.0.1:1").code == expected)
    }

    @Test(arguments: [("2500", Duration.milliseconds(2500)), ("-1", nil), ("3600001", nil), ("soon", nil)] as [(String, Duration?)])
    func theTimeToWaitComesAlong(told: String, expected: Duration?) {
        let error = RPCError(code: .resourceExhausted, message: "why", metadata: ["grpc-retry-pushback-ms": "\(told)"])
        #expect(ShippyError(error, service: "users", address: "10.0.0.1:1").retryAfter == expected)
    }
}
