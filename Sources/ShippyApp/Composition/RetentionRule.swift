import ShippyConfiguration
import ShippyCore

/// Sent mails must be remembered for at least as long as events are kept.
enum RetentionRule {
    /// A consumer group that is created again gets every stored event. The records of sent mails keep it from mailing them twice.
    ///
    /// - Throws: ``ShippyError`` `.usage` when those records are kept for a shorter time than events.
    static func check(_ configuration: Configuration) throws {
        guard configuration.mailKeep < configuration.eventMaxAge else { return }
        let (mails, events) = (DurationText.write(configuration.mailKeep), DurationText.write(configuration.eventMaxAge))
        throw configuration.fault(Settings.mailKeep) {
            "\($0) \(mails) is shorter than \(Settings.eventMaxAge.row.name) \(events), so a replayed event could be mailed twice: make it at least \(events)"
        }
    }
}
