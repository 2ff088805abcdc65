import Foundation
import Testing

@testable import ShippyAccess

struct Base64URLTests {
    @Test func bytesOfEveryLengthComeBackAndHaveFoundationsTextWithoutPadding() {
        var random = SeededGenerator(seed: 1)
        for length in 0..<100 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = Base64URL.text(bytes)
            let expected = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
            #expect(text == expected)
            #expect(Base64URL.bytes(text.utf8) == bytes)
        }
    }

    @Test(arguments: ["A", "AAAAA", "AA=", "AA==", "AA ", " AA", "A+AA", "A/AA", "AA\n", "é", "AA.A", "AB", "AAB", "A\0", "_w==", "_x", "____-"])
    func anotherTextOfSomeBytesIsRefused(text: String) {
        #expect(Base64URL.bytes(text.utf8) == nil)
    }
}
