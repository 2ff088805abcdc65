/// How large a gRPC message may be that a service of ours takes.
package enum MessageLimit {
    package static let bytes = 64 * 1024
}
