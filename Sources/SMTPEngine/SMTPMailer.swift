import CCurl
import Foundation
import NIOPosix
package import ShippyCore
import Synchronization

/// Sends mails to an SMTP server through libcurl, over connections that are kept between mails.
package final class SMTPMailer: Mailer {
    package struct Options: Sendable {
        package var host: String
        package var port: Int
        package var security: SMTPSecurity
        package var user: String?
        package var password: String?
        /// A PEM file of CA certificates; nil for the system's.
        package var caFile: String?
        /// The limit for one mail, including the connection, up to the end of the message. The reply to the whole message may
        /// take 20 times as long.
        package var deadline: Duration
        package var connections: Int

        package init(
            host: String, port: Int, security: SMTPSecurity, user: String? = nil, password: String? = nil, caFile: String? = nil,
            deadline: Duration, connections: Int
        ) {
            self.host = host
            self.port = port
            self.security = security
            self.user = user
            self.password = password
            self.caFile = caFile
            self.deadline = deadline
            self.connections = connections
        }
    }

    package let summary: String
    package let server: String
    private let options: Options
    private let threads: NIOThreadPool
    /// Connections that are not in use.
    private let idle = Mutex<[SMTPConnection]>([])

    package init(options: Options) {
        self.options = options
        let scheme = options.security == .implicit ? "smtps" : "smtp"
        summary = "\(scheme)://\(options.host):\(options.port)" + (options.security == .plain ? " (plain)" : "")
        server = "\(options.host.contains(":") ? "[\(options.host)]" : options.host):\(options.port)"
        threads = NIOThreadPool(numberOfThreads: options.connections)
        // Once per process and before any thread, as libcurl requires.
        _ = Self.globalInit
    }

    private static let globalInit: Void = { _ = shippy_curl_global_init() }()

    package var concurrency: Int { options.connections }

    package func deliver(_ mail: OutgoingMail, while isOurs: @escaping @Sendable () -> Bool) async -> DeliveryResult {
        threads.start()
        do {
            return try await threads.runIfActive { [self] in
                let connection = idle.withLock { $0.popLast() } ?? SMTPConnection(options: options)
                let result = connection.deliver(mail, while: isOurs)
                if connection.isReusable { idle.withLock { $0.append(connection) } }
                return result
            }
        } catch {
            return .deferred(reply: "\(error)")
        }
    }

    package func close() async {
        // Fails only if the threads were never started.
        try? await threads.shutdownGracefully()
        idle.withLock { $0 = [] }
    }
}
