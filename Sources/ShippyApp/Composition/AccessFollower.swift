import ServiceLifecycle
import ShippyAccess

/// Keeps a process's keys and revocations current, and records when tokens were used.
struct AccessFollower: Service {
    let access: Access

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await access.state.follow() }
                group.addTask { await access.authenticator.recordUse() }
            }
        }
    }
}
