import ShippyCore
import Testing

@Suite struct UserOriginTests {
    @Test func whatIsStoredIsReadAgain() {
        let origin = UserOrigin(way: .grpc, address: "2001:db8::1", hashing: .milliseconds(79), createdBy: "token:1", requestID: "r")
        #expect(origin.stored == "via=grpc, hashed=79ms, from=2001:db8::1")
        #expect(UserOrigin(stored: origin.stored, createdBy: "token:1", requestID: "r") == origin)
        #expect(UserOrigin(stored: "", createdBy: "", requestID: "r") == UserOrigin(requestID: "r"))
        #expect(UserOrigin(stored: "via=pigeon, hashed=, new=1", createdBy: "", requestID: "") == UserOrigin())
    }
}
