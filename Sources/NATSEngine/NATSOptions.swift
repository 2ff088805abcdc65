/// The NATS servers, how to log in, and the settings of the stream.
package struct NATSOptions: Hashable, Sendable {
    /// URLs of the servers of one cluster, `nats://` or `tls://`, with user and password or a token if needed.
    package var servers: [String]
    /// A credentials file, as written by `nsc`.
    package var credentialsFile: String?
    /// A PEM file of CA certificates; nil for the system's.
    package var caFile: String?
    /// A client certificate and its key, in PEM.
    package var certificateFile: String?
    package var keyFile: String?
    /// The stream that stores events. Created if it is missing. An existing stream keeps its settings, except that one created by
    /// shippy stops dropping unacknowledged events.
    package var stream: String
    package var subjects: [String]
    package var replicas: Int
    /// Older events are deleted once every group has acknowledged them.
    package var maxAge: Duration
    /// The most bytes that the stream stores. The oldest events are deleted first, once every group has acknowledged them. A
    /// stream that is full anyway accepts no more events.
    package var maxBytes: Int64
    /// How long a new reader, or one that reads only existing events, waits for a cluster to elect its leader.
    package var electionLimit: Duration

    package init(
        servers: [String], credentialsFile: String? = nil, caFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil,
        stream: String = "SHIPPY", subjects: [String] = ["user.>", "dead-letter.>"], replicas: Int = 1,
        maxAge: Duration = .seconds(7 * 86_400), maxBytes: Int64 = 4 << 30, electionLimit: Duration = .seconds(30)
    ) {
        self.servers = servers
        self.credentialsFile = credentialsFile
        self.caFile = caFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.stream = stream
        self.subjects = subjects
        self.replicas = replicas
        self.maxAge = maxAge
        self.maxBytes = maxBytes
        self.electionLimit = electionLimit
    }
}
