import ShippyConfiguration
import ShippyCore

/// Looks at everything that an installation depends on. What is not there yet is not made, and nothing is mended.
struct Checkup: Sendable {
    /// How long one area may take.
    private static let limit = Duration.seconds(20)

    let context: CommandContext

    /// The findings of all areas, in order; at least one of each that applies.
    func run() async -> [Finding] {
        var findings = ConfigurationChecks(context.configuration.sources).findings
        findings += await look(.directory) { await DirectoryChecks(context.configuration).findings() }
        findings += await look(.certificates) { await CertificateChecks(context.configuration).findings() }
        // The engines are asked one after another: a slow one delays the rest, but the output has an order.
        let engines = await look(.store) { await EngineChecks(context).findings() }
        findings += engines
        let report: StatusReport
        do {
            report = try await StatusReport.make(context)
        } catch {
            return findings + [
                .fault(.services, "the status cannot be read: \(ShippyError.reason(of: error))", advice: "mend what is named above first")
            ]
        }
        findings += await look(.ports) { await PortChecks(context.configuration, instances: report.instances).findings() }
        findings += await look(.keys) { await KeyChecks(context).findings() }
        findings += ServiceChecks(report).findings
        findings += await look(.queues) { await QueueChecks(context, first: report).findings() }
        findings += await look(.mail) { await MailChecks(context).findings() }
        return findings
    }

    private func look(_ area: Finding.Area, _ body: @escaping @Sendable () async -> [Finding]) async -> [Finding] {
        let late = ShippyError(.unavailable, "looking at it took more than \(Int(Self.limit.seconds)) s")
        do {
            return try await Task { () async throws -> [Finding] in await body() }.value(within: Self.limit, orElse: late)
        } catch {
            return [
                .fault(
                    area, "could not be looked at: \(ShippyError.reason(of: error))",
                    advice: "try again; if it stays, see what hangs with `shippy status`")
            ]
        }
    }
}
