import Foundation
import NIOCore
import Testing

@testable import ShippyUsers

@Suite struct CreateBodyTests {
    private func plain(_ text: String) -> CreateBody? {
        ByteBuffer(string: text).withUnsafeReadableBytes { CreateBody(plain: $0.bindMemory(to: UInt8.self)) }
    }

    /// What is read without the decoder is what the decoder reads.
    @Test(arguments: [
        #"{"email":"ada@example.com"}"#, #" { "email" : "ada@example.com" , "name":"Ada Lovelace", "company":"" } "#,
        "{\n\t\"password\":\"correct horse\",\r\n\"email\":\"a@b\"}\n",
    ])
    func plainBodiesAreReadAsTheyAre(text: String) throws {
        let body = try #require(plain(text))
        #expect(body == (try JSONDecoder().decode(CreateBody.self, from: Data(text.utf8))))
        #expect(try CreateBody(ByteBuffer(string: text)) == body)
    }

    /// Everything else is the decoder's, whether it is JSON or not.
    @Test(arguments: [
        "", "{", "{}", "[]", #"{"email"}"#, #"{"email":}"#, #"{"email":"a}"#, #"{"email":"a"} x"#, #"{"email":"a",}"#, #"{"email":1}"#,
        #"{"email":null}"#, #"{"email":"a","email":"b"}"#, #"{"email":"a\n"}"#, #"{"email":"ä"}"#, #"{"email":"a","more":"b"}"#, #"{"Email":"a"}"#,
        "{\"email\":\"a\u{1}\"}", #"{"email":"a""name":"b"}"#, #"x{"email":"a"}"#, #"{"email":"a"}}"#,
    ])
    func everythingElseIsLeftToTheDecoder(text: String) {
        #expect(plain(text) == nil)
    }
}
