import Foundation
import ShippyConfiguration
import ShippyCore

/// Whether the engines answer, what they say of themselves, and whether their clocks agree with this machine's.
struct EngineChecks: Sendable {
    /// Tokens and links are judged by each machine's own clock.
    private static let clockWarning = Duration.seconds(2)
    private static let clockFault = Duration.seconds(60)

    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    func findings() async -> [Finding] {
        let configuration = context.configuration
        let home = HomeDatabase.path(configuration)
        var findings = await look(.store, configuration.store.place, file: configuration.storeFile) { body in
            try await context.withStore { try await body($0) }
        }
        findings += await look(.bus, configuration.bus.place, file: configuration.bus == .embedded ? home : nil) { body in
            try await context.withBus { try await body($0) }
        }
        let registry = configuration.registry == .embedded ? Engines.registryPath(configuration) : nil
        return findings
            + (await look(.registry, configuration.registry.place, file: registry) { body in try await context.withRegistry { try await body($0) } })
    }

    private func look(
        _ area: Finding.Area, _ place: String, file: String?,
        with engine: ((any Engine) async throws -> EngineExamination) async throws -> EngineExamination
    ) async -> [Finding] {
        if let file, !FileManager.default.fileExists(atPath: file) { return [.ok(area, "\(file) does not exist yet")] }
        do {
            // Not by probe(), which mends a stream that loses events. The status is read after this.
            let examination = try await engine { try await $0.examine() }
            let version = examination.version
            let concerns = examination.concerns.map { Finding(area, $0) }
            return (concerns.isEmpty ? [.ok(area, "\(version) at \(file ?? place) answers")] : concerns) + Self.clock(examination, of: version)
        } catch {
            return [
                .unreachable(area, ShippyError.reason(of: error), advice: "start it, or see which one is meant with `shippy config show --sources`")
            ]
        }
    }

    static func clock(_ examination: EngineExamination, of version: String) -> [Finding] {
        guard let offset = examination.clockOffset else { return [] }
        let distance = max(.zero, abs(offset) - examination.clockTolerance)
        let text = "the clock of \(version) is \(RelativeTime.length(abs(offset))) \(offset < .zero ? "behind" : "ahead of") this machine's"
        let advice = "let NTP set both clocks (`timedatectl status`)"
        if distance > clockFault { return [.fault(.clock, "\(text): tokens and links end too early or too late", advice: advice)] }
        if distance > clockWarning { return [.warning(.clock, text, advice: advice)] }
        return [.ok(.clock, "\(version) and this machine agree")]
    }

    private static func abs(_ duration: Duration) -> Duration { duration < .zero ? .zero - duration : duration }
}
