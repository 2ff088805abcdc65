import GRPCCore
import NIOCore
import NIOHPACK

/// The reply to a call: headers, messages with their prefixes, and trailers. Without a message, one block of headers has
/// everything.
struct Reply {
    let headers: HPACKHeaders
    let messages: ByteBuffer
    /// Nil if the headers have everything.
    let trailers: HPACKHeaders?

    init(initialMetadata: Metadata = [:], messages: ByteBuffer = ByteBuffer(), status: Status, trailingMetadata: Metadata = [:]) {
        var headers: HPACKHeaders = [":status": "200", "content-type": "application/grpc"]
        headers.add(initialMetadata)
        var trailers = HPACKHeaders()
        trailers.add(name: "grpc-status", value: String(status.code.rawValue))
        if !status.message.isEmpty { trailers.add(name: "grpc-message", value: Self.percentEncoded(status.message)) }
        trailers.add(trailingMetadata)
        self.messages = messages
        if messages.readableBytes == 0 {
            headers.add(contentsOf: trailers)
            self.trailers = nil
        } else {
            self.trailers = trailers
        }
        self.headers = headers
    }

    /// For a client that does not speak gRPC.
    init(httpStatus: Int) {
        headers = [":status": String(httpStatus)]
        messages = ByteBuffer()
        trailers = nil
    }

    /// The encoding of `grpc-message`: percent-encodes the percent sign and every byte that is not printable ASCII.
    private static func percentEncoded(_ message: String) -> String {
        guard message.utf8.contains(where: { !(0x20...0x7e).contains($0) || $0 == UInt8(ascii: "%") }) else { return message }
        var encoded = ""
        for byte in message.utf8 {
            if (0x20...0x7e).contains(byte), byte != UInt8(ascii: "%") {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }
}

extension HPACKHeaders {
    fileprivate mutating func add(_ metadata: Metadata) {
        for (name, value) in metadata { add(name: name, value: value.encoded()) }
    }
}
