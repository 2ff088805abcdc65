package import Hummingbird
package import NIOCore

/// A request's context that knows the event loop of its connection.
package struct LoopContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    package let loop: any EventLoop

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        loop = source.channel.eventLoop
    }
}
