package import Metrics

/// All metrics, in one place. Units are seconds and bytes, as Prometheus asks; the durations of requests have the names that
/// dashboards for other servers know.
package enum Metric: String, CaseIterable, Sendable {
    case buildInfo = "shippy_build_info"
    case httpRequests = "http_request_duration_seconds"
    case grpcCalls = "grpc_server_handling_seconds"
    case usersCreated = "shippy_users_created_total"
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

    package var help: String {
        switch self {
        case .buildInfo: "Always 1; the labels tell the version."
        case .httpRequests: "Time from a request's head to its answer, by service, route and status."
        case .grpcCalls: "Time from a call's message to its answer, by service, method and status."
        case .usersCreated: "Users created by this process."
        case .hashQueueDepth: "Passwords that wait to be hashed."
        case .hashSeconds: "Time to hash a password, without the wait for it."
        case .outboxPending: "Events in the outbox that are not published."
        case .outboxOldestAge: "Age of the oldest event that is not published."
        case .outboxSetAside: "Events that the bus will never take."
        case .relayPublished: "Events published by this process."
        case .relayDuplicates: "Events that were on the bus already."
        case .relaySetAside: "Events that this process has set aside, because the bus will never take them."
        case .deadLetters: "Events in the dead letters of all consumer groups."
        case .eventsBuried: "Events that this process has moved to the dead letters."
        case .consumerLag: "Events that a consumer group has not acknowledged."
        case .mails: "Mails in the queue, by state."
        case .mailReplies: "Attempts to send a mail, by outcome."
        case .mailSeconds: "Time of an attempt to send a mail."
        case .registryInstances: "Living instances, by service."
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
