import ShippyCore
import TestSupport
import Testing

@Suite struct KeptUserTests {
    private let now = Timestamp(milliseconds: 1_800_000_000_000)

    private func refusal(_ kept: KeptUser) -> String? {
        do throws(ShippyError) {
            _ = try kept.creationTime(at: now)
            return nil
        } catch {
            return error.field
        }
    }

    @Test func anIDTellsTheTimeOfCreation() throws {
        let made = now + .seconds(-3600)
        let id = Samples.id(madeAt: made)
        #expect(try KeptUser().creationTime(at: now) == now)
        #expect(try KeptUser(id: id).creationTime(at: now) == made)
        #expect(try KeptUser(id: id, createdAt: made + .seconds(-60)).creationTime(at: now) == made + .seconds(-60))
    }

    /// Lists and searches by time go by the ID: see ``UserFilter/range(after:)``.
    @Test func whatDoesNotFitIsRefused() {
        let made = now + .seconds(-3600)
        let id = Samples.id(madeAt: made)
        #expect(refusal(KeptUser(createdAt: made)) == "created_at")
        #expect(refusal(KeptUser(id: id, createdAt: made + .milliseconds(1))) == "created_at")
        #expect(refusal(KeptUser(id: id, createdAt: made + .seconds(-86_400))) == nil)
        #expect(refusal(KeptUser(id: id, createdAt: made + .seconds(-86_401))) == "created_at")
        #expect(refusal(KeptUser(id: Samples.id(madeAt: now + .seconds(300)))) == nil)
        #expect(refusal(KeptUser(id: Samples.id(madeAt: now + .seconds(301)))) == "id")
        for id in [
            "", "1", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", id.uppercased(), id + " ", String(id.dropLast()) + "g", String(id.dropLast()) + "-",
            "01a22d64-a87b-7000-075f-3077a99bc7b9", "01a22d64-a87b-4000-a75f-3077a99bc7b9", "01a22d64a87b7000a75f3077a99bc7b9",
        ] {
            #expect(refusal(KeptUser(id: id)) == "id", "\(id)")
        }
    }
}
