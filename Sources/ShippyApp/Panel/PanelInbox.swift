import Glibc
import ShippyCore
import ShippyTUI
import Synchronization

/// What waits for the panel's thread, which is woken through a pipe.
///
/// Of several changes to one instance only the last is kept: a panel that is frozen, or on a slow line, holds no more of them
/// than there are instances.
final class PanelInbox: Sendable {
    /// What the terminal or another process asks of the panel's thread.
    enum Request: Hashable {
        case resized, resumed, suspended, ended
    }

    /// Fewer than the panel keeps, so that it also keeps the word about those that had to go.
    private static let eventLimit = Panel.eventLimit - 1

    private struct State {
        /// What came of the registry, in order; ``changes`` came after it.
        var registry: [PanelInput] = []
        var changes: [Instance.Key: RegistryChange] = [:]
        var changeCount = 0
        var revision: Int64 = 0
        /// The newest events, and how many before them had to go.
        var events: [EventLine] = []
        var droppedEvents = 0
        /// Everything else.
        var answers: [PanelInput] = []
        var requests: Set<Request> = []
        var isAwake = false

        /// What is read now stands for everything that waits.
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

    /// Readable while something waits.
    let wakeDescriptor: Int32
    private let wakeWriter: Int32
    private let state = Mutex(State())

    /// - Throws: ``ShippyError`` `.failed` when there are no descriptors left.
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
            case .events(let lines):
                state.events += lines
                let excess = max(0, state.events.count - Self.eventLimit)
                state.events.removeFirst(excess)
                state.droppedEvents += excess
            case .timeLeft, .probed, .message:
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
        // A full pipe wakes as well.
        if !wasAwake { _ = write(wakeWriter, [1], 1) }
    }

    /// Takes what waits; what came of the registry only if it is wanted.
    /// - Returns: with how many changes of the registry wait on.
    func take(withRegistry: Bool) -> (inputs: [PanelInput], requests: Set<Request>, waiting: Int) {
        var buffer = [UInt8](repeating: 0, count: 64)
        while read(wakeDescriptor, &buffer, buffer.count) > 0 {}
        return state.withLock { state in
            state.isAwake = false
            if state.droppedEvents > 0 {
                state.answers.append(.events([EventLine("\(state.droppedEvents) more events were not shown", isNotice: true)]))
            }
            if !state.events.isEmpty { state.answers.append(.events(state.events)) }
            defer {
                state.events = []
                state.droppedEvents = 0
                state.answers = []
                state.requests = []
                if withRegistry { state.registry = [] }
            }
            if withRegistry { state.closeBatch() }
            let waiting = state.changeCount + state.registry.reduce(0) { $0 + $1.changeCount }
            return ((withRegistry ? state.registry : []) + state.answers, state.requests, waiting)
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
