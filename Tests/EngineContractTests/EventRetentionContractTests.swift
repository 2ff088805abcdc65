import ShippyCore
import TestSupport
import Testing

/// Nothing expires that somebody has yet to get.
@Suite struct EventRetentionContractTests {
    private let group = ConsumerConfiguration(name: "group", filter: SubjectFilter(.userCreated))

    @Test(arguments: BusUnderTest.allCases)
    func nothingExpiresBeforeTheFirstGroup(engine: BusUnderTest) async throws {
        try await engine.with(maxAge: .zero) { bus, _ in
            try await bus.take((0..<5).map { _ in Samples.outgoing() })
            try await Task.sleep(for: .milliseconds(5))
            try await bus.maintain()
            #expect(try await bus.status().firstSequence == 1)
            let member = try await bus.consumer(group)
            #expect(try await member.fetch(limit: 10, wait: .seconds(5)).events.count == 5)
            await member.close()
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func aGroupThatIsDeclaredKeepsWhatNobodyTook(engine: BusUnderTest) async throws {
        try await engine.with(maxAge: .zero) { bus, _ in
            try await bus.declare(group)
            try await bus.take((0..<5).map { _ in Samples.outgoing() })
            let other = try await bus.consumer(ConsumerConfiguration(name: "other", filter: SubjectFilter(.userCreated)))
            try await other.settle(try await other.fetch(limit: 10, wait: .seconds(5)), failures: [:])
            try await Task.sleep(for: .milliseconds(5))
            try await bus.maintain()
            #expect(try await bus.status().firstSequence == 1)
            // A declaration by the next process changes nothing.
            try await bus.declare(group)
            let member = try await bus.consumer(group)
            let batch = try await member.fetch(limit: 3, wait: .seconds(5))
            #expect(batch.events.map(\.sequence) == [1, 2, 3])
            try await bus.maintain()
            #expect(try await bus.status().firstSequence == 1, "in work is not acknowledged")
            try await member.settle(batch, failures: [:])
            try await eventually("what both have acknowledged goes") {
                try await bus.maintain()
                return try await bus.status().firstSequence == 4
            }
            #expect(try await bus.status().consumers.map(\.lag) == [2, 0])
            await member.close()
            await other.close()
        }
    }

    /// It keeps nothing that it does not want.
    @Test(arguments: BusUnderTest.allCases)
    func aGroupThatFewEventsAreForHoldsUpNoExpiry(engine: BusUnderTest) async throws {
        try await engine.with(maxAge: .zero) { bus, _ in
            let members = [try await bus.consumer(group), try await bus.consumer(.init(name: "rare", filter: SubjectFilter(.userNotice)))]
            try await bus.take((0..<5).map { _ in Samples.outgoing() })
            try await members[0].settle(try await members[0].fetch(limit: 10, wait: .seconds(5)), failures: [:])
            #expect(try await members[1].fetch(limit: 10, wait: .milliseconds(10)).events.isEmpty)
            try await eventually("what nobody wants any more goes") {
                try await bus.maintain()
                return try await bus.status().firstSequence == 6
            }
            for member in members { await member.close() }
        }
    }
}
