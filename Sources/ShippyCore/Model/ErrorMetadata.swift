/// What accompanies a gRPC status, as names of metadata.
package enum ErrorMetadata {
    /// The ``ShippyError/Code``, because several codes share a status.
    package static let code = "shippy-error-code"
    /// The time after which to retry, in milliseconds (gRPC's proposal A6, "Retry throttling").
    package static let retryAfter = "grpc-retry-pushback-ms"
}
