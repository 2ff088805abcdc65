import ShippyCore

/// Whether both services run, in one version.
struct ServiceChecks {
    private let report: StatusReport

    init(_ report: StatusReport) {
        self.report = report
    }

    var findings: [Finding] {
        // Of a registry that does not answer, nothing can be said.
        guard !report.engines.contains(where: { $0.role == .registry && $0.isUnreachable }) else { return [] }
        var findings: [Finding] = []
        for role in Role.allCases where !report.instances.contains(where: { $0.service == role.rawValue }) {
            findings.append(
                .fault(
                    .services, "no instance of the service \(role.rawValue) is registered",
                    advice: "start one with `shippy up` or `shippy serve \(role.rawValue)`"))
        }
        let versions = Set(report.instances.map(\.version)).subtracting([""])
        if versions.count > 1 {
            findings.append(
                .warning(
                    .services, "instances of \(versions.count) versions run side by side: \(versions.sorted().joined(separator: ", "))",
                    advice: "finish the upgrade"))
        }
        return findings.isEmpty ? [.ok(.services, "\(report.instances.count) instances are registered")] : findings
    }
}
