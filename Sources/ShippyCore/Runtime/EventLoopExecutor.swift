package import NIOCore

/// Runs Swift tasks on the threads of NIO's event loops, so that a request is read, worked on and answered by one thread.
///
/// On Swift's own pool, each request changes threads three times, which costs more than all of its work.
package final class EventLoopExecutor: TaskExecutor {
    private let next: @Sendable () -> any EventLoop

    /// Runs tasks on any loop of the group, and on the current one where a task is enqueued from there.
    package init(group: any EventLoopGroup) {
        next = { group.any() }
    }

    /// Runs tasks on this loop.
    package init(loop: any EventLoop) {
        next = { loop }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        next().execute { [self] in
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    package func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        UnownedTaskExecutor(ordinary: self)
    }
}
