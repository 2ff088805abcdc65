/// Which NATS servers, how to log in there, and what the stream is like.
package struct NATSOptions: Hashable, Sendable {
    /// URLs of servers of one cluster, `nats://` or `tls://`, with user and password or a token in them where they are needed.
    package var servers: [String]
    /// A credentials file, as `nsc` writes it.
    package var credentialsFile: String?
    /// A file of CA certificates in PEM; nil for the system's.
    package var caFile: String?
    /// A client's certificate and its key, in PEM.
    package var certificateFile: String?
    package var keyFile: String?
    /// The stream that events are kept in: made when it is missing, and left as it is when it is there.
    package var stream: String
    package var subjects: [String]
    package var replicas: Int
    /// Older events go once every group has acknowledged them.
    package var maxAge: Duration
    /// The most bytes that the stream keeps: the oldest go first, once every group has acknowledged them. When it is full all the
    /// same, it takes no more.
    package var maxBytes: Int64
    /// How long whoever begins to read, or reads what there is, waits for a cluster that elects its leader.
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
