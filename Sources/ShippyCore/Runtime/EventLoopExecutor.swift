package import NIOCore
import Synchronization

/// Runs Swift tasks on the threads of NIO's event loops, so that one thread reads, processes and answers a request.
///
/// With Swift's own thread pool, a request changes threads three times, which costs more than all of its work.
package final class EventLoopExecutor: TaskExecutor {
    private let group: any EventLoopGroup
    /// The jobs of the loop; nil if there are several loops.
    private let queue: Queue?

    /// Runs tasks on any loop of the group. A task enqueued on a loop runs on that loop.
    package init(group: any EventLoopGroup) {
        self.group = group
        queue = nil
    }

    /// Runs tasks on this loop.
    package init(loop: any EventLoop) {
        group = loop
        queue = Queue()
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if let queue {
            // Jobs resumed together, such as by a commit, are handed over together.
            if queue.add(job) { group.next().execute { [self] in run(queue.takeAll()) } }
        } else {
            group.any().execute { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }

    private func run(_ jobs: [UnownedJob]) {
        for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    package func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        UnownedTaskExecutor(ordinary: self)
    }

    private final class Queue: Sendable {
        private let jobs = Mutex<[UnownedJob]>([])

        /// - Returns: whether the loop must be woken.
        func add(_ job: UnownedJob) -> Bool {
            jobs.withLock { jobs in
                jobs.append(job)
                return jobs.count == 1
            }
        }

        func takeAll() -> [UnownedJob] {
            jobs.withLock { jobs in
                defer { jobs = [] }
                return jobs
            }
        }
    }
}
