import ShippyCore
import Testing

@Suite struct TraceTests {
    private static let sampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test func aTraceIsHandedOnAsItCame() {
        #expect(Trace(Self.sampled)?.description == Self.sampled)
        #expect(Trace.accept(Self.sampled)?.description == Self.sampled)
    }

    /// Of a later version, only what is known is handed on, as version 00. So are flags.
    @Test(arguments: [
        ("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", sampled),
        ("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future-will-be-like", sampled),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03"),
    ])
    func whatIsKnownOfItIsHandedOn(header: String, handedOn: String) {
        #expect(Trace(header)?.description == handedOn)
    }

    @Test(arguments: [
        "", "x", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
        "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01, 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80-19c-b7ad6b7169203331-01", " \(sampled)",
    ])
    func aNewOneBeginsInPlaceOfOneThatCannotBeRead(header: String) throws {
        #expect(Trace(header) == nil)
        let new = try #require(Trace.accept(header))
        #expect(Trace(new.description) == new)
        #expect(new.description.hasSuffix("-00"))
        #expect(new != Trace.accept(header))
    }

    @Test func withoutAHeaderThereIsNone() async {
        #expect(Trace.accept(nil) == nil)
        #expect(await Trace.with(nil) { Trace.current } == nil)
        #expect(await Trace.with(Self.sampled) { Trace.current?.description } == Self.sampled)
    }
}
