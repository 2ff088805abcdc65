import GRPCCore
import NIOHPACK

/// The contents of a call's first headers.
struct RequestHead {
    /// The reason why headers do not start a call.
    enum Refusal: Error {
        /// The request is not gRPC, and is answered with only an HTTP status.
        case http(status: Int)
        case grpc(Status)
    }

    let method: MethodDescriptor
    let metadata: Metadata

    /// - Parameters:
    ///   - methods: all methods served, by path.
    ///   - metadataLimit: in bytes, as HTTP/2 counts them (32 more per field).
    /// - Throws: ``Refusal``.
    init(_ headers: HPACKHeaders, methods: [String: MethodDescriptor], metadataLimit: Int) throws(Refusal) {
        var (verb, path, contentType, encoding) = ("", "", "", "identity")
        var metadata = Metadata()
        var size = 0
        for (name, value, _) in headers {
            size += name.utf8.count + value.utf8.count + 32
            switch name {
            case ":method": verb = value
            case ":path": path = value
            case "content-type": contentType = value
            case "grpc-encoding": encoding = value
            case _ where name.hasPrefix(":"): break
            default: metadata.addString(value, forKey: name)
            }
        }
        guard verb == "POST" else { throw .http(status: 405) }
        guard contentType.hasPrefix("application/grpc") else { throw .http(status: 415) }
        guard size <= metadataLimit else {
            throw .grpc(Status(code: .resourceExhausted, message: "the metadata has \(size) bytes: the limit is \(metadataLimit)"))
        }
        guard let method = methods[path] else {
            throw .grpc(Status(code: .unimplemented, message: "unknown method \(path.prefix(200))"))
        }
        guard encoding == "identity" else {
            throw .grpc(Status(code: .unimplemented, message: "compression \(encoding.prefix(200)) is not supported: send messages uncompressed"))
        }
        self.method = method
        self.metadata = metadata
    }
}
