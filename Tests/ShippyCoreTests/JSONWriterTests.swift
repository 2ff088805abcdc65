import Foundation
import ShippyCore
import Testing

struct JSONWriterTests {
    private func parse(_ json: JSONWriter) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(json.bytes), options: .fragmentsAllowed)
    }

    @Test func writesInTheOrderOfTheCalls() throws {
        var json = JSONWriter()
        json.object {
            $0.key("b")
            $0.integer(1)
            $0.key("a")
            $0.array { json in
                json.string("x")
                json.null()
                json.number(1.5)
                json.bool(true)
                json.object { _ in }
            }
        }
        #expect(json.text == #"{"b":1,"a":["x",null,1.5,true,{}]}"#)
    }

    @Test func writesTheMembersOfAnObject() {
        struct Value: JSONWritable {
            func write(to json: inout JSONWriter) { json.bool(true) }
        }
        var json = JSONWriter()
        json.object {
            $0.field("a", "x")
            $0.field("b", 1)
            $0.field("c", 1.5)
            $0.field("d", nil as String?)
            $0.field("e", Value())
            $0.field("f", nil as Value?)
            $0.field("g", [Value(), Value()])
            $0.field("h") { $0.field(named: "k\"", 2) }
            $0.field("i", [1, 2]) { $0.field("n", $1) }
            $0.field("j", Timestamp(milliseconds: 0))
        }
        #expect(
            json.text
                == #"{"a":"x","b":1,"c":1.5,"d":null,"e":true,"f":null,"g":[true,true],"h":{"k\"":2},"i":[{"n":1},{"n":2}],"j":"1970-01-01T00:00:00.000Z"}"#
        )
    }

    @Test(arguments: [
        "plain", "", "quote \" and \\", "tab\tand\nline\r", "\u{0}\u{1b}[2J", "C1 \u{9b} and DEL \u{7f}", "bidi \u{202e}", "é 漢字 🙂", "\u{2028}",
        "\u{e0041}",
    ])
    func aStringComesBackAndIsSafeToShow(text: String) throws {
        var json = JSONWriter()
        json.string(text)
        #expect(try parse(json) as? String == text)
        #expect(json.text.unicodeScalars.allSatisfy { !$0.isUnsafeToShow })
    }

    @Test func anyBytesGiveValidJSON() throws {
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0..<40)).map { _ in UInt8.random(in: 0...255) }
            var json = JSONWriter()
            json.array { json in bytes.withUnsafeBufferPointer { json.string(utf8: $0) } }
            let values = try #require(try parse(json) as? [String])
            #expect(values == [String(decoding: bytes, as: UTF8.self)])
        }
    }

    @Test func plainTextIsToldFromOther() {
        for length in 0..<20 {
            for position in 0..<length {
                for byte in UInt8.min...UInt8.max {
                    var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                    bytes[position] = byte
                    let isPlain = byte >= 0x20 && byte < 0x7f && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
                    #expect(bytes.withUnsafeBufferPointer { PlainASCII.isPlain($0) } == isPlain)
                }
            }
        }
    }

    @Test func whatIsNoNumberIsNull() {
        var json = JSONWriter()
        json.array {
            $0.number(.nan)
            $0.number(.infinity)
            $0.number(8.2004)
            $0.number(10)
        }
        #expect(json.text == "[null,null,8.2,10]")
    }
}
