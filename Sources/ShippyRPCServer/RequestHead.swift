import GRPCCore
import NIOHPACK

/// What a call's first headers say.
struct RequestHead {
    /// Why there is no call.
    enum Refusal: Error {
        /// Not gRPC: answered with an HTTP status alone.
        case http(status: Int)
        case grpc(Status)
    }

    let method: MethodDescriptor
    let metadata: Metadata

    /// - Parameters:
    ///   - methods: all that are served, by path.
    ///   - metadataLimit: the most bytes, as HTTP/2 counts them.
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
            throw .grpc(Status(code: .resourceExhausted, message: "the metadata takes \(size) bytes: \(metadataLimit) are the most"))
        }
        guard let method = methods[path] else {
            throw .grpc(Status(code: .unimplemented, message: "there is no method \(path.prefix(200))"))
        }
        guard encoding == "identity" else {
            throw .grpc(Status(code: .unimplemented, message: "messages compressed by \(encoding.prefix(200)) are not read: send them as they are"))
        }
        self.method = method
        self.metadata = metadata
    }
}
