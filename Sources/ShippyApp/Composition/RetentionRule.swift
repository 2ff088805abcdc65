import ShippyConfiguration
import ShippyCore

/// What is remembered of mails and of events has to fit together.
enum RetentionRule {
    /// A consumer group that is made again is given every event that is kept. What keeps it from mailing once more is the memory of
    /// the mails that were sent.
    ///
    /// - Throws: ``ShippyError`` `.usage` where that is the shorter one.
    static func check(_ configuration: Configuration) throws {
        guard configuration.mailKeep < configuration.eventMaxAge else { return }
        let (mails, events) = (DurationText.write(configuration.mailKeep), DurationText.write(configuration.eventMaxAge))
        throw configuration.fault(Settings.mailKeep) {
            "\($0) \(mails) is shorter than \(Settings.eventMaxAge.row.name) \(events), and events that are read again would be mailed again: make it at least \(events)"
        }
    }
}
