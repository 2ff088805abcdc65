import ShippyCore
import Testing

struct RequestIDTests {
    @Test func takesASafeOneAndReplacesOthers() {
        #expect(RequestID.accept("abc-1.2_X") == "abc-1.2_X")
        for unsafe in ["", "a b", "a\nb", "ä", String(repeating: "x", count: 65)] { #expect(RequestID.accept(unsafe) != unsafe) }
        #expect(RequestID.accept(nil) != RequestID.accept(nil))
    }
}
