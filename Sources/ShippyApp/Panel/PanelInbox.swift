import Glibc
import ShippyCore
import ShippyTUI
import Synchronization

/// Inputs for the panel's thread, which a pipe wakes up.
///
/// Only the last of several changes to an instance is kept. So a panel that is frozen, or on a slow line, holds at most one
/// change per instance.
final class PanelInbox: Sendable {
    /// A request to the panel's thread by the terminal or another process.
    enum Request: Hashable {
        case resized, resumed, suspended, ended
    }

    /// Some fewer than the panel keeps.
    private static let eventLimit = Panel.eventLimit / 2

    private struct State {
        /// Inputs from the registry, in order; ``changes`` are later.
        var registry: [PanelInput] = []
        var changes: [Instance.Key: RegistryChange] = [:]
        var changeCount = 0
        var revision: Int64 = 0
        /// The newest events, and the number of older ones that were dropped.
        var events: [EventRow] = []
        var droppedEvents = 0
        var created: [Int64: Int] = [:]
        /// All other inputs.
        var answers: [PanelInput] = []
        var requests: Set<Request> = []
        var isAwake = false

        /// A new load replaces everything that is waiting.
        mutating func startOver(with inputs: [PanelInput]) {
            registry = inputs
            changes = [:]
            changeCount = 0
        }

        mutating func closeBatch() {
            guard changeCount > 0 else { return }
            registry.append(.changes(Array(changes.values), count: changeCount, revision: revision))
            changes = [:]
            changeCount = 0
        }
    }

    /// Readable while an input is waiting.
    let wakeDescriptor: Int32
    private let wakeWriter: Int32
    private let state = Mutex(State())

    /// - Throws: ``ShippyError`` `.failed` when no descriptors are left.
    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 && fcntl($0, F_SETFL, O_NONBLOCK) == 0 }) else {
            throw ShippyError(.failed, "cannot open a pipe: \(String(cString: strerror(errno)))")
        }
        (wakeDescriptor, wakeWriter) = (ends[0], ends[1])
    }

    deinit {
        close(wakeDescriptor)
        close(wakeWriter)
    }

    func post(_ input: PanelInput) {
        change { state in
            switch input {
            case .loadBegun: state.startOver(with: [.loadBegun])
            case .page, .loaded, .lost, .changes:
                state.closeBatch()
                state.registry.append(input)
            case .events(let rows, let created):
                state.events += rows
                let excess = max(0, state.events.count - Self.eventLimit)
                state.events.removeFirst(excess)
                state.droppedEvents += excess
                state.created.merge(created, uniquingKeysWith: +)
            case .timeLeft, .probed, .users, .mails, .eventsLost, .overview, .story, .body, .message:
                state.answers.append(input)
            }
        }
    }

    func post(_ update: RegistryUpdate) {
        change { state in
            switch update {
            case .change(let change, let revision):
                state.changes[change.key] = change
                state.changeCount += 1
                state.revision = revision
            case .resync(let snapshot):
                state.startOver(with: [.loadBegun, .page(snapshot.instances), .loaded(revision: snapshot.revision)])
            }
        }
    }

    func post(_ request: Request) {
        change { $0.requests.insert(request) }
    }

    private func change(_ body: (inout State) -> Void) {
        let wasAwake = state.withLock { state in
            body(&state)
            defer { state.isAwake = true }
            return state.isAwake
        }
        // If the pipe is full, the thread wakes up anyway.
        if !wasAwake { _ = write(wakeWriter, [1], 1) }
    }

    /// Takes the waiting inputs, including those from registry and bus only if they are wanted.
    /// - Returns: the inputs, and the number of changes and events still waiting.
    func take(withChanges: Bool) -> (inputs: [PanelInput], requests: Set<Request>, waiting: Int) {
        var buffer = [UInt8](repeating: 0, count: 64)
        while read(wakeDescriptor, &buffer, buffer.count) > 0 {}
        return state.withLock { state in
            state.isAwake = false
            if withChanges { state.closeBatch() }
            if withChanges, !state.events.isEmpty || !state.created.isEmpty {
                var rows = state.events
                if state.droppedEvents > 0, let first = rows.first {
                    let text = "\(state.droppedEvents) more events came than can be shown: shippy events tail shows them all"
                    // In the place of the last one dropped.
                    rows.insert(EventRow(id: first.id - 1, sequence: nil, time: first.time, text: text), at: 0)
                }
                state.answers.append(.events(rows, created: state.created))
                state.events = []
                state.droppedEvents = 0
                state.created = [:]
            }
            let taken = (withChanges ? state.registry : []) + state.answers
            let waiting = withChanges ? 0 : state.changeCount + state.events.count + state.registry.reduce(0) { $0 + $1.changeCount }
            if withChanges { state.registry = [] }
            defer {
                state.answers = []
                state.requests = []
            }
            return (taken, state.requests, waiting)
        }
    }
}

extension RegistryChange {
    fileprivate var key: Instance.Key {
        switch self {
        case .put(let instance): instance.key
        case .delete(let key, _): key
        }
    }
}

extension PanelInput {
    fileprivate var changeCount: Int {
        switch self {
        case .changes(_, let count, _): count
        case .page(let page): page.count
        default: 0
        }
    }
}
