import ShippyCore
import ShippyEvents
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct EventFilterTests {
    private func event(_ payload: [UInt8]) -> Event {
        Event(
            sequence: 7, id: "e1", subject: .userCreated, time: .now,
            headers: EventHeaders([("id", "1"), ("X-Request-Id", "r1"), ("Empty", "")]), payload: payload)
    }

    private func passes(_ filter: String, _ event: Event) throws -> Bool { try EventFilter(filter).passes(event, DecodedPayload(event)) }

    @Test(arguments: [
        ("email=ada@example.com", true), ("email=Ada@example.com", false), ("email!=bob@example.com", true), ("email!=ada@example.com", false),
        ("email~^ada@", true), ("email~^ADA@", true), ("email~(?-i)^ADA@", false), ("email~bob|ada", true), ("email~^bob", false),
        ("user.email=ada@example.com", true), ("data.email=ada@example.com", true), ("data.user.email=ada@example.com", true),
        ("user.created_at~^2026", false), ("created_at~^2026-01-02", true), ("name~^ada lovelace$", true),
        ("headers.X-Request-Id=r1", true), ("header.x-request-id=r1", true), ("headers.X-Request-Id!=r1", false), ("headers.none=", false),
        ("headers.none!=x", true), ("headers.none~.*", false), ("headers.Empty=", true), ("headers.Empty~^$", true), ("event-id~^e[0-9]$", true),
        ("subject!=user.deleted", true), ("nothing=x", false), ("nothing!=x", true), ("nothing~x", false), ("name=a=b", false),
    ])
    func ofAUser(filter: String, passes expected: Bool) throws {
        #expect(try passes(filter, event(Samples.user().json)) == expected)
    }

    @Test func aUserInAnyFormatHasTheSameFields() throws {
        for encoding in EventEncoding.allCases {
            let sample = encoding.userCreated(Samples.user(), eventID: "e", source: "/test", requestID: "r", welcome: true)
            let event = Event(sequence: 1, id: "e", subject: sample.subject, time: .now, headers: sample.headers, payload: sample.payload)
            for filter in ["email=ada@example.com", "user.email~ada", "data.company=Analytical", "name!=Bob"] {
                #expect(try passes(filter, event), "\(encoding) \(filter)")
            }
        }
    }

    @Test(arguments: [
        ("order.total=12.5", true), ("order.total!=12", true), ("order.items.0.sku=A-1", true), ("order.items.1.sku~^b", true),
        ("order.items.2.sku!=x", true), ("order.items.2=x", false), ("order.paid=true", true), ("order.note=null", true), ("a.b=dots", true),
        (#"order.items~"sku":"A-1""#, true), ("order.items.x=1", false), ("order.deep.er.still=here", true), ("order=", false),
    ])
    func pathsLeadIntoTheData(filter: String, passes expected: Bool) throws {
        let payload =
            #"{"order":{"total":12.5,"items":[{"sku":"A-1"},{"sku":"B-2"}],"paid":true,"note":null,"deep":{"er.still":"here"}},"a.b":"dots"}"#
        #expect(try passes(filter, event([UInt8](payload.utf8))) == expected)
    }

    @Test(arguments: [
        "email", "=x", "~x", "!=x", "email==x", "email=~x", "email!~x", "email!x", "total>5", "total<=5", "e mail=x", "a..b=x", ".a=x", "a.=x", "",
        "email~", "email~(", "email~[a",
    ])
    func otherFormsAreRefused(filter: String) throws {
        let error = #expect(throws: ShippyError.self) { try EventFilter(filter) }
        #expect(error?.code == .usage)
        #expect(error?.message.hasPrefix("cannot parse --filter \(filter.quoted(limit: 80)): ") == true)
        // A bad expression has an error of its own.
        #expect(filter.hasPrefix("email~(") || filter.hasPrefix("email~[") || error?.message.contains(EventFilter.forms) == true)
    }

    @Test func allFiltersMustPass() throws {
        let event = event(Samples.user().json)
        func passes(_ filters: String..., grep: String? = nil) throws -> Bool {
            EventSelection(filters: try filters.map(EventFilter.init), grep: grep).look(at: event).passes
        }
        #expect(try passes("email~ada", "company=Analytical"))
        #expect(try !passes("email~ada", "company=Other"))
        #expect(try !passes("email~bob", "company=Analytical"))
        #expect(try passes("email~ada", grep: "Lovelace"))
        #expect(try !passes("email~ada", grep: "nowhere"))
        #expect(try passes())
    }

    /// It would take years to find out that this does not match.
    @Test func anExpressionThatTakesTooLongIsReported() throws {
        let filter = try EventFilter("name~^(a+)+$")
        #expect(filter.warning == nil)
        let event = event(Samples.user(name: String(repeating: "a", count: 60) + "!").json)
        #expect(!filter.passes(event, DecodedPayload(event)))
        #expect(filter.warning?.contains("takes too long") == true)
        #expect(try EventFilter("name=x").warning == nil)
    }
}
