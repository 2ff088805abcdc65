import Dispatch
import Glibc
package import ShippyCore
import Synchronization

/// Tells every process that has the same file open, including this one, that something has changed.
///
/// A change is signalled by writing one byte to a small file. The kernel reports the write through inotify(7) within
/// microseconds, so nobody polls. Changes in quick succession share a byte, so that a commit does not pay for it. A tick every
/// second covers for a writer that died between its commit and the byte.
package final class ChangeSignal: Sendable {
    /// The minimum time between two bytes.
    private static let interval = DispatchTimeInterval.milliseconds(5)

    private enum State {
        case quiet
        /// A byte was just written; the next one must wait.
        case told
        /// As above, and there has been a change since.
        case mustTell
    }

    package let notifier = ChangeNotifier()
    private let queue = DispatchQueue(label: "shippy.change-signal")
    private let state = Mutex(State.quiet)
    private let file: Int32
    // Dispatch sources are thread-safe, but the compiler does not know it.
    private nonisolated(unsafe) let tick: any DispatchSourceTimer
    private nonisolated(unsafe) let watch: (any DispatchSourceRead)?

    package init(path: String) throws {
        try PrivateFile.prepareFile(path)
        file = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw ShippyError(.denied, "cannot open \(path): \(String(cString: strerror(errno)))") }
        let (queue, notifier) = (queue, notifier)

        let inotify = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        if inotify >= 0, inotify_add_watch(inotify, path, UInt32(IN_MODIFY)) >= 0 {
            let source = DispatchSource.makeReadSource(fileDescriptor: inotify, queue: queue)
            source.setEventHandler {
                withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
                    while read(inotify, buffer.baseAddress!, buffer.count) > 0 {}
                }
                notifier.raise()
            }
            source.setCancelHandler { Glibc.close(inotify) }
            source.activate()
            watch = source
        } else {
            // No inotify instance or watch is left: a short tick keeps the promise of 50 ms.
            if inotify >= 0 { Glibc.close(inotify) }
            watch = nil
        }
        let interval: DispatchTimeInterval = watch == nil ? .milliseconds(40) : .seconds(1)
        tick = DispatchSource.makeTimerSource(queue: queue)
        tick.schedule(deadline: .now() + interval, repeating: interval, leeway: .milliseconds(watch == nil ? 5 : 100))
        tick.setEventHandler { notifier.raise() }
        tick.activate()
    }

    /// Signals a change. Call it after the commit.
    package func raise() {
        notifier.raise()
        let isFirst = state.withLock { state in
            defer { state = state == .quiet ? .told : .mustTell }
            return state == .quiet
        }
        if isFirst { tellOthers() }
    }

    private func tellOthers() {
        write()
        queue.asyncAfter(deadline: .now() + Self.interval) { [self] in
            let mustTell = state.withLock { state in
                defer { state = state == .mustTell ? .told : .quiet }
                return state == .mustTell
            }
            if mustTell { tellOthers() }
        }
    }

    private func write() {
        var byte: UInt8 = 1
        // If this fails, the tick tells the others a moment later. The commit itself is done.
        _ = pwrite(file, &byte, 1, 0)
    }

    package func close() {
        if state.withLock({ $0 == .mustTell }) { write() }
        watch?.cancel()
        tick.cancel()
        notifier.raise()
    }

    deinit {
        close()
        Glibc.close(file)
    }
}
