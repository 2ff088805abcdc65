import ShippyCore
import ShippyStory
import Synchronization

/// The story as it was last read, for whoever decides whether an event belongs to it.
final class CurrentStory: Sendable {
    private let story = Mutex<Story?>(nil)

    func set(_ story: Story) { self.story.withLock { $0 = story } }

    /// Before the first reading, every event may.
    func mayConcern(_ event: Event) -> Bool { story.withLock { $0?.mayConcern(event) ?? true } }
}
