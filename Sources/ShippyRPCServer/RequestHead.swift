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
    ///   - methods: all methods served.
    ///   - metadataLimit: in bytes, as HTTP/2 counts them (32 more per field).
    /// - Throws: ``Refusal``.
    init(_ headers: HPACKHeaders, methods: MethodTable, metadataLimit: Int) throws(Refusal) {
        var (verb, path, contentType, compression) = ("", "", "", "identity")
        var metadata = Metadata()
        var size = 0
        for (name, value, _) in headers {
            size += name.utf8.count + value.utf8.count + 32
            switch name {
            case ":method": verb = value
            case ":path": path = value
            case "content-type": contentType = value
            case "grpc-encoding": compression = value
            case _ where name.hasPrefix(":"): break
            default: metadata.addString(value, forKey: name)
            }
        }
        guard verb == "POST" else { throw .http(status: 405) }
        guard let encoding = Self.messageEncoding(contentType) else { throw .http(status: 415) }
        guard size <= metadataLimit else {
            throw .grpc(Status(code: .resourceExhausted, message: "the metadata has \(size) bytes: the limit is \(metadataLimit)"))
        }
        guard encoding == "proto" else {
            throw .grpc(Status(code: .unimplemented, message: "messages in \(encoding.prefix(40)) are not supported: send application/grpc"))
        }
        guard let method = methods[path] else {
            throw .grpc(Status(code: .unimplemented, message: "unknown method \(path.prefix(200))"))
        }
        guard compression == "identity" else {
            throw .grpc(Status(code: .unimplemented, message: "compression \(compression.prefix(200)) is not supported: send messages uncompressed"))
        }
        self.method = method
        self.metadata = metadata
    }

    /// How messages are encoded: `proto` unless the type says otherwise, as in `application/grpc+json`. Nil if it is not gRPC.
    private static func messageEncoding(_ contentType: String) -> Substring? {
        let type = contentType.prefix { $0 != ";" && $0 != " " }.lowercased()
        guard type.hasPrefix("application/grpc") else { return nil }
        let rest = type.dropFirst("application/grpc".count)
        if rest.isEmpty { return "proto" }
        return rest.first == "+" ? rest.dropFirst() : nil
    }
}
