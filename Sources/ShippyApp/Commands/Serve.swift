import Logging
import NIOPosix
import ShippyConfiguration
import ShippyCore

/// Runs `roles` until a signal.
func serve(_ roles: Set<Role>, _ common: Flags<EveryCommand>, _ flags: Flags<Serving>) async throws {
    // Choosing a context for commands must not start services on its engines, nor change what a service runs on after a restart.
    let context = try CommandContext.load(common, flags.values, logLevel: .info, usesCurrentContext: false)
    try context.rendering.refuseCSV()
    if let name = context.configuration.sources.passedOverContext {
        context.logger.notice("the current context is not used: --context or SHIPPY_CONTEXT must name it", metadata: [LogKey.context: "\(name)"])
    }
    for name in context.configuration.sources.emptyVariables {
        context.logger.warning("empty environment variable ignored", metadata: [LogKey.variable: "\(name)"])
    }
    let node = Node(roles: roles, configuration: context.configuration, rendering: context.rendering, errorStyle: context.errorStyle)
    try await withTaskExecutorPreference(EventLoopExecutor(group: MultiThreadedEventLoopGroup.singleton)) {
        try await node.run()
    }
}
