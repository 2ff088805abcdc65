import Foundation
import ShippyCore
import Testing

@testable import ShippyAccess

struct StrictJSONTests {
    private func read(_ text: String) -> JSONObject? { try? StrictJSON.object(Array(text.utf8)) }

    @Test func valuesAreRead() throws {
        let object = try StrictJSON.object(
            Array(
                #" { "a" : 1 , "b":"x\n\"\\\/\b\f\r\té\u00e9\ud83d\udea2", "c":[true,false,null,[],{}], "d":{"e":-9223372036854775808},"f":1.5 } "#
                    .utf8))
        #expect(object.integer("a") == 1)
        #expect(object.string("b") == "x\n\"\\/\u{8}\u{c}\r\téé🚢")
        #expect(object["c"] == .array([.bool(true), .bool(false), .null, .array([]), .object(JSONObject())]))
        #expect(object.object("d")?.integer("e") == .min)
        #expect(object["f"] == .otherNumber)
        #expect(object["g"] == nil && object.string("a") == nil && object.integer("b") == nil)
    }

    @Test(arguments: [
        "", "[]", "1", "{", "}", "{}}", "{} {}", "{,}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{a:1}"#, #"{'a':1}"#, #"{"a":01}"#, #"{"a":-}"#,
        #"{"a":1.}"#,
        #"{"a":.5}"#, #"{"a":1e}"#, #"{"a":+1}"#, #"{"a":0x1}"#, #"{"a":NaN}"#, #"{"a":Infinity}"#, #"{"a":tru}"#, #"{"a":True}"#, #"{"a":"x}"#,
        #"{"a":"\x"}"#, #"{"a":"\u12"}"#, #"{"a":"\ud83d"}"#, #"{"a":"\ud83dx"}"#, #"{"a":"\ud83d\n"}"#, #"{"a":"\udea2"}"#, #"{"a":"\ud83d\ud83d"}"#,
        "{\"a\":\"\n\"}", "{\"a\":\"\0\"}", "\u{feff}{}", "{\"a\":1/**/}", "{}\0", #"{"é":1}"#, #"{"\u212a":1}"#, "{\u{a0}}", #"{"a":1 "b":2}"#,
        #"{"a":[1,]}"#,
        #"{"a":[1 2]}"#, #"{"a":"#,
    ])
    func whatIsNotJSONIsRefused(text: String) {
        #expect(throws: TokenRefusal.json) { try StrictJSON.object(Array(text.utf8)) }
    }

    @Test func invalidUTF8IsRefused() {
        for bytes in [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]] as [[UInt8]] {
            #expect(throws: TokenRefusal.json) { try StrictJSON.object(Array(#"{"a":""#.utf8) + bytes + Array(#""}"#.utf8)) }
            #expect(throws: TokenRefusal.json) { try StrictJSON.object(Array(#"{"a":"\n"#.utf8) + bytes + Array(#""}"#.utf8)) }
        }
    }

    @Test(arguments: [#"{"a":1,"a":1}"#, #"{"a":1,"\u0061":2}"#, #"{"b":{"x":1,"y":2,"x":3}}"#, #"{"b":[{"x":1,"x":3}]}"#])
    func aMemberThatOccursTwiceIsRefused(text: String) {
        #expect(throws: TokenRefusal.duplicateMember) { try StrictJSON.object(Array(text.utf8)) }
    }

    @Test func depthAndSizeHaveLimits() {
        func nested(_ depth: Int) -> String { "{\"a\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}" }
        #expect(read(nested(7)) != nil)
        #expect(read(nested(8)) == nil)
        #expect(read(nested(100_000)) == nil)
        func members(_ count: Int) -> String { "{" + (0..<count).map { "\"\($0)\":[]" }.joined(separator: ",") + "}" }
        #expect(read(members(64)) != nil)
        #expect(read(members(65)) == nil)
        #expect(read("{\"a\":[" + String(repeating: "1,", count: 64) + "1]}") == nil)
    }

    @Test(
        arguments: [
            ("0", .integer(0)), ("-0", .otherNumber), ("-1", .integer(-1)), ("9223372036854775807", .integer(.max)),
            ("9223372036854775808", .otherNumber),
            ("-9223372036854775809", .otherNumber), ("1.0", .otherNumber), ("1e3", .otherNumber), ("1E+3", .otherNumber), ("10", .integer(10)),
        ] as [(String, JSONValue)])
    func aNumberIsWholeOrAnotherOne(text: String, value: JSONValue) {
        #expect(read("{\"a\":\(text)}")?["a"] == value)
    }

    /// What it accepts, Foundation accepts, and reads the same texts from it.
    @Test func mutatedJSONIsRefusedOrReadAsOthersReadIt() throws {
        let fixture = try Fixture()
        let valid = [fixture.header, fixture.claims(extra: #","x":[{"\u00e9\"":1}],"y":"\ud83d\udea2\\","z":-1.5e-3"#), #"{"a":[[[{"b":null}]]]}"#]
        let alphabet = Array("{}[]\":,\\u0019eE+-.abtrufalsn \t\n\0é\u{212a}".utf8) + [0xff, 0x80, 0xc3]
        var random = SeededGenerator(seed: 7)
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = Array(valid.randomElement(using: &random)!.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                guard !bytes.isEmpty else { break }
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[place] = alphabet.randomElement(using: &random)!
                case 1: bytes.insert(alphabet.randomElement(using: &random)!, at: place)
                case 2: bytes.remove(at: place)
                case 3: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                default: bytes.removeSubrange(place..<min(bytes.count, place + 5))
                }
            }
            guard let object = try? StrictJSON.object(bytes) else { continue }
            accepted += 1
            let other = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(other?.count == object.members.count, "\(text)")
            for member in object.members {
                if case .string(let value) = member.value { #expect(other?[member.name] as? String == value, "\(text)") }
            }
        }
        #expect(accepted > 1000)
    }
}
