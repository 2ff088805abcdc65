import ShippyConfiguration
import ShippyCore
import Testing

@Suite struct ValueTextTests {
    @Test(arguments: [
        ("500ms", 0.5), ("10s", 10), ("5m", 300), ("1h30m", 5400), ("7d", 604_800), ("2w", 1_209_600), ("1.5", 1.5), ("0", 0),
    ])
    func durations(text: String, seconds: Double) {
        #expect(DurationText.parse(text)?.seconds == seconds)
    }

    @Test(arguments: ["", "x", "5x", "-5s", "s", "5m3", "1e99", "5 m"])
    func notDurations(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(arguments: ["500ms", "10s", "90s", "5m", "6h", "7d", "90d", "0ms"])
    func durationsAreWrittenAsTheyAreRead(text: String) throws {
        #expect(DurationText.write(try #require(DurationText.parse(text))) == text)
    }

    @Test(arguments: [("0", 0), ("17", 17), ("1KiB", 1024), ("4GiB", 4 << 30), ("4 gib", 4 << 30), ("1PiB", 1 << 50)] as [(String, Int64)])
    func sizes(text: String, bytes: Int64) {
        #expect(ByteCountText.parse(text) == bytes)
    }

    @Test(arguments: ["", "GiB", "4GB", "-1", "1.5GiB", "9223372036854775807KiB"])
    func notSizes(text: String) {
        #expect(ByteCountText.parse(text) == nil)
    }

    @Test func sizesAreWrittenInTheirLargestUnit() {
        #expect(ByteCountText.describe(4 << 30) == "4GiB")
        #expect(ByteCountText.describe(1025) == "1025B")
        #expect(ByteCountText.describe(0) == "0B")
    }
}
