import ShippyCore
import Testing

struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_767_323_045_678, "2026-01-02T03:04:05.678Z"),
        (951_782_399_999, "2000-02-28T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (4_102_444_800_000, "2100-01-01T00:00:00.000Z"),
    ])
    func writesRFC3339(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test func readsOffsetsAndWholeSeconds() {
        #expect(Timestamp("2026-01-02T05:04:05+02:00")?.description == "2026-01-02T03:04:05.000Z")
        #expect(Timestamp("2026-01-02T03:04:05Z")?.description == "2026-01-02T03:04:05.000Z")
        #expect(Timestamp("yesterday") == nil)
    }

    @Test func agreesWithFoundationOverManyDays() {
        for day in stride(from: Int64(-40_000), to: 60_000, by: 17) {
            let time = Timestamp(milliseconds: day * 86_400_000 + 3_723_004)
            #expect(Timestamp(time.description) == time)
        }
    }
}
