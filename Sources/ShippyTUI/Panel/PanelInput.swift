package import ShippyCore
package import ShippyStory

/// An input other than a key.
package enum PanelInput: Sendable {
    /// A load of the whole registry begins. Instances that its pages do not contain are gone.
    case loadBegun
    case page([Instance])
    case loaded(revision: Int64)
    /// Changes, at most one per instance; `count` is their number before merging.
    case changes([RegistryChange], count: Int, revision: Int64)
    case lost(reason: String)
    case timeLeft([Instance.Key: Double], asked: [Instance.Key])
    case probed(Instance.Key, ProbeResult)
    case users(FeedNews<UserRow>)
    case mails(FeedNews<MailRow>)
    /// New events, and how many users were created in which seconds since 1970.
    case events([EventRow], created: [Int64: Int])
    /// The bus does not answer; nil once it does again.
    case eventsLost(reason: String?)
    case overview(OverviewNews)
    case story(StorySubject, [StoryStep], failure: String?)
    /// A mail as its recipient gets it.
    case body(id: String, lines: [String])
    /// An action finished or failed.
    case message(String, isError: Bool)
}
