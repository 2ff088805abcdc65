package import HTTPTypes
package import Hummingbird
import NIOCore
package import ShippyCore

extension Response {
    package init(_ status: HTTPResponse.Status, json: [UInt8], contentType: String = "application/json") {
        var bytes = ByteBuffer()
        bytes.reserveCapacity(json.count + 1)
        bytes.writeBytes(json)
        bytes.writeInteger(UInt8(ascii: "\n"))
        self.init(status: status, headers: [.contentType: contentType], body: ResponseBody(byteBuffer: bytes))
    }

    /// An RFC 9457 problem, with an additional member `error` for the tutorials' clients. A 401 names the scheme to use (RFC 6750,
    /// 3).
    package static func problem(_ error: ShippyError, status: HTTPResponse.Status) -> Response {
        var json = JSONWriter()
        json.object {
            $0.field("type", "about:blank")
            $0.field("title", status.reasonPhrase)
            $0.field("status", status.code)
            $0.field("detail", error.message)
            $0.field("error", error.message)
            if let field = error.field {
                $0.field("field", field)
            }
        }
        var response = Response(status, json: json.bytes, contentType: "application/problem+json")
        response.setRetryAfter(of: error)
        if status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        return response
    }

    /// Tells when to come back, if the error does: in whole seconds (RFC 9110, 10.2.3).
    package mutating func setRetryAfter(of error: ShippyError) {
        if let wait = error.retryAfter { headers[.retryAfter] = String(max(1, Int(wait.seconds.rounded(.up)))) }
    }
}
