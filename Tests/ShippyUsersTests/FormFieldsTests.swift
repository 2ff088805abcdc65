import NIOCore
import ShippyCore
import Testing

@testable import ShippyUsers

@Suite struct FormFieldsTests {
    private func fields(_ body: String, _ contentType: String? = FormFields.contentType) throws -> FormFields {
        try FormFields(ByteBuffer(string: body), contentType: contentType, names: ["token", "password"])
    }

    @Test(arguments: [
        ("token=shl_a-b&password=x", "x"), ("password=x&token=shl_a-b", "x"), ("token=shl_a-b&password=", ""),
        ("token=shl_a-b&password=a+b%2B%26%3D", "a b+&="),
        ("token=shl_a-b&password=%F0%9F%9A%A2%C3%A9", "🚢é"), ("%74oken=shl_a-b&password=%00", "\0"),
    ])
    func aFormHasItsFields(body: String, password: String) throws {
        for type in [FormFields.contentType, "Application/X-WWW-Form-URLEncoded; charset=utf-8"] {
            let form = try fields(body, type)
            #expect(form["token"] == "shl_a-b")
            #expect(form["password"] == password)
        }
    }

    @Test(arguments: [
        "", "token=a", "token=a&password=b&token=a", "token=a&password=b&x=y", "token=a&password=b&", "token=a&&password=b", "token=a&password",
        "token=a&password=b=c", "token=a&password=%", "token=a&password=%4", "token=a&password=%zz", "token=a&password=%+1", "token=a&password=%ff",
        "token=a&password=é", "token=a&password=a b", "token=a&password=b\r\n", "{\"token\":\"a\",\"password\":\"b\"}", "Token=a&password=b",
        "token=a;password=b",
    ])
    func anythingElseIsRefusedWithoutRepeatingIt(body: String) {
        let error = #expect(throws: ShippyError.self) { try fields(body) }
        #expect(error == ShippyError(.malformed, "the form is not complete: open the link in the mail again"))
    }

    @Test(arguments: [nil, "", "text/plain", "application/json", "multipart/form-data; boundary=x", "application/x-www-form-urlencodedx"])
    func anotherKindOfBodyIsRefused(contentType: String?) {
        #expect(throws: ShippyError.self) { try fields("token=a&password=b", contentType) }
    }
}
