package import Metrics

/// All metrics. Units are seconds and bytes, as Prometheus recommends. Request durations use the names that common dashboards
/// expect.
package enum Metric: String, CaseIterable, Sendable {
    case buildInfo = "shippy_build_info"
    case httpRequests = "http_request_duration_seconds"
    case grpcCalls = "grpc_server_handling_seconds"
    case usersCreated = "shippy_users_created_total"
    case logins = "shippy_logins_total"
    case callsDenied = "shippy_calls_denied_total"
    case sessionsReused = "shippy_sessions_reused_total"
    case hashQueueDepth = "shippy_hash_queue_depth"
    case hashSeconds = "shippy_hash_duration_seconds"
    case outboxPending = "shippy_outbox_pending"
    case outboxOldestAge = "shippy_outbox_oldest_age_seconds"
    case outboxSetAside = "shippy_outbox_set_aside"
    case relayPublished = "shippy_relay_published_total"
    case relayDuplicates = "shippy_relay_duplicates_total"
    case relaySetAside = "shippy_relay_set_aside_total"
    case deadLetters = "shippy_events_dead_letters"
    case eventsBuried = "shippy_events_buried_total"
    case consumerLag = "shippy_consumer_lag"
    case mails = "shippy_mails"
    case mailReplies = "shippy_mail_replies_total"
    case mailSeconds = "shippy_mail_delivery_duration_seconds"
    case registryInstances = "shippy_registry_instances"
    case certificateExpiry = "shippy_certificate_expiry_timestamp_seconds"
    case handshakesRefused = "shippy_tls_handshakes_refused_total"

    package var help: String {
        switch self {
        case .buildInfo: "Always 1; the labels give the version."
        case .httpRequests: "Time from a whole request to its answer, by service, route and status."
        case .grpcCalls: "Time from a call's message to its answer, by service, method and status."
        case .usersCreated: "Users created by this process."
        case .logins: "Logins with a password, by outcome."
        case .callsDenied: "Calls that were denied because the caller's role was too small."
        case .sessionsReused: "Sessions that were ended because an old refresh token was used."
        case .hashQueueDepth: "Passwords being hashed, or waiting for it."
        case .hashSeconds: "Time to hash a password, without waiting in the queue."
        case .outboxPending: "Unpublished events in the outbox."
        case .outboxOldestAge: "Age of the oldest unpublished event."
        case .outboxSetAside: "Events set aside because the bus cannot accept them."
        case .relayPublished: "Events published by this process."
        case .relayDuplicates: "Events that were already on the bus when this process published them."
        case .relaySetAside: "Events set aside by this process because the bus cannot accept them."
        case .deadLetters: "Open dead letters of all consumer groups: neither replayed nor dropped."
        case .eventsBuried: "Events moved to the dead letters by this process."
        case .consumerLag: "Events not yet acknowledged by a consumer group."
        case .mails: "Mails in the queue, by state."
        case .mailReplies: "Attempts to send a mail, by outcome."
        case .mailSeconds: "Duration of an attempt to send a mail."
        case .registryInstances: "Registered instances, by service."
        case .certificateExpiry: "When a certificate in use ends, in seconds since 1970, by setting: of several in a file, the first to end."
        case .handshakesRefused: "TLS connections that were refused before their first request, by reason."
        }
    }
}

extension Counter {
    package convenience init(_ metric: Metric, _ dimensions: [(String, String)] = []) {
        self.init(label: metric.rawValue, dimensions: dimensions)
    }
}

extension Gauge {
    package convenience init(_ metric: Metric, _ dimensions: [(String, String)] = []) {
        self.init(label: metric.rawValue, dimensions: dimensions)
    }
}

extension Metrics.Timer {
    package convenience init(_ metric: Metric, _ dimensions: [(String, String)] = []) {
        self.init(label: metric.rawValue, dimensions: dimensions)
    }
}
