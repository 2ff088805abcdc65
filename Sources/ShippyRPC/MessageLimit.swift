/// The largest gRPC message that shippy's services accept.
package enum MessageLimit {
    package static let bytes = 64 * 1024
}
