import Logging
import NIOPosix
import ShippyConfiguration
import ShippyCore

/// Runs `roles` until a signal.
func serve(_ roles: Set<Role>, _ common: Flags<EveryCommand>, _ flags: Flags<Serving>) async throws {
    let context = try CommandContext.load(common, flags.values, logLevel: .info)
    for name in context.configuration.sources.emptyVariables {
        context.logger.warning("empty environment variable ignored", metadata: [LogKey.variable: "\(name)"])
    }
    let node = Node(roles: roles, configuration: context.configuration, rendering: context.rendering, errorStyle: context.errorStyle)
    try await withTaskExecutorPreference(EventLoopExecutor(group: MultiThreadedEventLoopGroup.singleton)) {
        try await node.run()
    }
}
