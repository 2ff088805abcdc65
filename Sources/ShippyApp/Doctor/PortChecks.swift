import Foundation
import ShippyConfiguration
import ShippyCore

/// Whether the configured ports are free for a service, or taken by one of ours.
struct PortChecks: Sendable {
    private let configuration: Configuration
    private let instances: [Instance]

    /// - Parameter instances: all that are registered.
    init(_ configuration: Configuration, instances: [Instance]) {
        self.configuration = configuration
        self.instances = instances
    }

    func findings() async -> [Finding] {
        guard let addresses = try? Addresses(configuration, roles: Set(Role.allCases)) else { return [] }
        let ours = Set(instances.map(\.address))
        let wanted = Endpoint.allCases.map { ($0, addresses[$0]) }.filter { $0.1.port != 0 }
        // A process that has one of the addresses has its ops port, too, which is not registered.
        let isRunning = wanted.contains { ours.contains($0.1.description) }
        var findings: [Finding] = []
        for (endpoint, address) in wanted where !ours.contains(address.description) && !(isRunning && endpoint == .ops) {
            let failure = (try? await BlockingQueue("ports").run { ListenAttempt.failure(address) }) ?? nil
            guard let failure else { continue }
            findings.append(
                .fault(
                    .ports, "\(address) (\(endpoint.setting.row.flag)) cannot be used: \(failure)",
                    advice: "see what has it with `ss -ltnp 'sport = :\(address.port)'`, or choose another"))
        }
        if !findings.isEmpty { return findings }
        return [.ok(.ports, isRunning ? "the services listen on their ports" : "all are free")]
    }
}

/// Listens for a moment, to learn whether one can.
enum ListenAttempt {
    /// - Returns: the system's reason why not; nil if one can. Blocks the thread.
    static func failure(_ address: HostPort) -> String? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(address.host, "\(address.port)", &hints, &found)
        guard status == 0, let first = found else { return String(cString: gai_strerror(status)) }
        defer { freeaddrinfo(first) }
        let descriptor = socket(first.pointee.ai_family, first.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), first.pointee.ai_protocol)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        defer { close(descriptor) }
        var yes: Int32 = 1
        _ = setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0, listen(descriptor, 1) == 0 else {
            return errno == EADDRINUSE ? "another program listens there" : String(cString: strerror(errno))
        }
        return nil
    }
}
