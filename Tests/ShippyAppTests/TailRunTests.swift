import ShippyConfiguration
import ShippyCore
import ShippyEvents
import Testing

@testable import ShippyApp

@Suite struct TailRunTests {
    /// Hands over what it was given, and then nothing.
    private actor Given: EventReader {
        private var items: [StreamItem]

        init(_ items: [StreamItem]) { self.items = items }

        func next(limit: Int, wait: Duration) async throws -> [StreamItem] {
            defer { items = [] }
            return items
        }

        func close() async {}
    }

    /// Filters pass no event here, so that nothing is written to the output of the tests.
    private func follow(
        _ items: [StreamItem], failOnGap: Bool = false, format: OutputFormat = .text
    ) async throws -> (sawGap: Bool, said: [String], summary: String) {
        var said: [String] = []
        let run = TailRun(
            stop: TailStop(until: nil, count: nil, atEnd: true, idleTimeout: nil), selection: EventSelection(grep: "nothing has this"),
            failOnGap: failOnGap,
            renderer: EventRenderer(format: format, showsHeaders: false, style: .plain), say: { said.append($0) })
        let sawGap = try await run.follow(Given(items))
        return (sawGap, said, run.summary)
    }

    private let event = StreamItem.event(
        Event(sequence: 4, id: "e", subject: .userCreated, time: .now, headers: EventHeaders(), payload: [UInt8]("{}".utf8)))

    @Test(arguments: [true, false])
    func aGapIsSaidAndCountedInText(failOnGap: Bool) async throws {
        let seen = try await follow([.notice(.gap(from: 1, to: 3, reason: .expired)), event], failOnGap: failOnGap)
        #expect(seen.sawGap)
        #expect(seen.said == ["gap 1–3 (3): expired"])
        #expect(seen.summary.contains("of 1 events, 3 missed"))
    }

    /// In JSON, too: a reader of the data has no use for it.
    @Test(arguments: [OutputFormat.text, .jsonl])
    func anAbsenceIsSaidAtOnce(format: OutputFormat) async throws {
        let seen = try await follow([.notice(.away(.seconds(2)))], format: format)
        #expect(!seen.sawGap)
        #expect(seen.said == ["the bus has not answered for 2.0s: still waiting"])
        #expect(seen.summary.contains(" 0 bytes "))
    }

    @Test func otherNoticesAreNoGaps() async throws {
        let seen = try await follow([.notice(.reset(last: 7)), .notice(.liveOnly(reason: "r")), event])
        #expect(!seen.sawGap)
        #expect(seen.said.count == 2)
    }
}
