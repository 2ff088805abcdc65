import NIOPosix
import ServiceLifecycle
import ShippyCore

/// Takes up renewed certificates while a server runs.
package struct CertificateWatch: Service {
    private let tls: ServerTLS
    private let interval: Duration

    /// - Parameter interval: the time between two looks at the files, of which a renewal needs two.
    package init(_ tls: ServerTLS, interval: Duration = .seconds(2)) {
        self.tls = tls
        self.interval = interval
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: interval)
                // On a thread that may block. It does not fail while the process runs.
                try? await NIOThreadPool.singleton.runIfActive { tls.refresh() }
            }
        }
    }
}
