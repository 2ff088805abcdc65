package import NIOCore
import Synchronization

/// Runs Swift tasks on the threads of NIO's event loops, so that a request is read, worked on and answered by one thread.
///
/// On Swift's own pool, each request changes threads three times, which costs more than all of its work.
package final class EventLoopExecutor: TaskExecutor {
    private let group: any EventLoopGroup
    /// What one loop is to run: nil where there are several.
    private let queue: Queue?

    /// Runs tasks on any loop of the group, and on the current one where a task is enqueued from there.
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
            // All that a commit resumes is handed over at once.
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

        /// - Returns: whether the loop has to be told.
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
