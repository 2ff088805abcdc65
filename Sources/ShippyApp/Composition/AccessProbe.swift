import ShippyAccess
import ShippyCore

/// Tells whether tokens can be verified and issued, for the checks of health.
struct AccessProbe: Engine {
    let state: AccessState

    func probe() async throws -> String {
        if let outage = state.outage { throw outage }
        return (try? state.keys) == nil ? "keys are being read" : "keys and revocations are known"
    }

    func maintain() async throws {}
    func close() async {}
}
