import ShippyCore
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct UnreadableEventTests {
    private let kept = ["user.>", "dead-letter.>"]

    private func warning(_ event: OutgoingEvent, groups: [BusStatus.Consumer] = []) -> String? {
        UnreadableEvent.warning(event, groups: groups, kept: kept)
    }

    @Test func aSubjectThatNobodyTakesIsReported() {
        let warning = warning(Samples.outgoing("demo.text"))
        #expect(warning?.contains(#"no consumer group reads subject "demo.text""#) == true)
        #expect(self.warning(Samples.outgoing("user.seen")) == nil)
    }

    @Test func aGroupThatTakesItIsEnough() throws {
        let group = BusStatus.Consumer(name: "audit", filter: try SubjectFilter("demo.>"), lag: 0, inWork: 0)
        #expect(warning(Samples.outgoing("demo.text"), groups: [group]) == nil)
        #expect(warning(Samples.outgoing("demo.text"), groups: [BusStatus.Consumer(name: "all", lag: 0, inWork: 0)]) == nil)
        #expect(warning(Samples.outgoing("other"), groups: [group]) != nil)
    }

    @Test(arguments: ["", "hello", "{}", #"{"id":"1"}"#, #"{"email":""}"#])
    func aCreationWithoutAUserIsReported(payload: String) {
        #expect(warning(Samples.outgoing("user.created", payload))?.contains("the payload is not a user in a known format") == true)
        #expect(warning(Samples.outgoing("user.updated", payload)) == nil)
    }

    @Test func anAddressThatCannotBeMailedIsReported() {
        #expect(warning(Samples.outgoing("user.created", #"{"email":"nobody"}"#))?.contains("dead letters") == true)
        #expect(warning(Samples.event(for: Samples.user())) == nil)
    }

    /// It needs a template, which a header names.
    @Test func aNoticeThatCannotBeMailedIsReported() {
        var notice = Samples.event(for: Samples.user())
        notice.subject = .userNotice
        #expect(warning(notice)?.contains("has no header Shippy-Notice") == true)
        notice.headers.append(HeaderName.notice, "password-changed")
        #expect(warning(notice) == nil)
    }
}
