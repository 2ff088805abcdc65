/// The names of all metrics, in one place. Units are seconds and bytes, as Prometheus asks.
package enum Metric {
    package static let requests = "shippy_requests_seconds"
    package static let usersCreated = "shippy_users_created_total"
    package static let hashQueueDepth = "shippy_hash_queue_depth"
    package static let hashSeconds = "shippy_hash_seconds"
    package static let outboxPending = "shippy_outbox_pending"
    package static let outboxOldestAge = "shippy_outbox_oldest_age_seconds"
    package static let relayPublished = "shippy_relay_published_total"
    package static let relayDuplicates = "shippy_relay_duplicates_total"
    package static let consumerLag = "shippy_consumer_lag"
    package static let mails = "shippy_mails"
    package static let mailReplies = "shippy_mail_replies_total"
    package static let mailSeconds = "shippy_mail_delivery_seconds"
    package static let registryInstances = "shippy_registry_instances"
}
