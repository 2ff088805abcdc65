import Testing

@testable import ShippyHTTPServer

@Suite struct HTTPDateTests {
    /// The example of RFC 9110, 5.6.7.
    @Test func itIsWrittenAsTheStandardSays() {
        #expect(HTTPDate.text(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
    }
}
