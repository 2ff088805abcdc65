import ShippyCore
import Testing

struct EventHeadersTests {
    @Test func keepsOrderAndFindsWithoutRegardToCase() {
        let headers = EventHeaders([("id", "1"), ("Nats-Msg-Id", "e1"), ("Content-Type", "application/json")])
        #expect(headers["nats-msg-id"] == "e1")
        #expect(headers["missing"] == nil)
        #expect(headers.pairs.map(\.name) == ["id", "Nats-Msg-Id", "Content-Type"])
        #expect(EventHeaders(block: headers.block) == headers)
    }

    @Test func aValueNeverAddsAHeader() {
        let headers = EventHeaders([("id", "1\r\nEvil: yes")])
        #expect(headers["Evil"] == nil)
        #expect(headers.pairs.count == 1)
    }

    @Test func aDamagedBlockIsReadAsFarAsItGoes() {
        #expect(EventHeaders(block: [UInt8]("a: 1\r\nno colon\r\nb: 2".utf8)).pairs.map(\.value) == ["1", "2"])
        #expect(EventHeaders(block: []).pairs.isEmpty)
    }
}
