import CNats
import ShippyCore

/// Looks at JetStream and at the stream, for ``NATSBus/examine()``. It changes nothing, except that it asks the server for its time, which
/// takes a consumer for a moment.
struct NATSExamination {
    /// The part of the stream's size at which ``NATSRetention`` deletes the oldest events.
    private static let full = 0.9
    /// A stream that is younger tells nothing about the rate of events.
    private static let leastAge = Duration.seconds(3600)

    let stream: NATSStream
    /// Engine and version.
    let version: String

    /// - Throws: ``NATSError``.
    func run(_ jetStream: OpaquePointer, now: Timestamp) throws -> EngineExamination {
        let account = try self.account(jetStream)
        let state: NATSStream.State
        do {
            state = try stream.state(jetStream)
        } catch let error as NATSError where error.isNotFound {
            let missing = Concern.warning(
                "there is no stream \(stream.options.stream) yet",
                advice: "start a service, which creates it; if it was there before, see `shippy events status`")
            return EngineExamination(version: version, concerns: account + [missing])
        }
        let before = ContinuousClock.now
        let server = try stream.serverTime(jetStream)
        let took = before.duration(to: .now)
        return EngineExamination(
            version: version, clockOffset: server.map { $0 - (now + took / 2) }, clockTolerance: took / 2,
            concerns: account + losses(state) + size(state, now: now) + (try replicas(jetStream)))
    }

    private func losses(_ state: NATSStream.State) -> [Concern] {
        state.losses.map {
            .fault(
                "stream \(stream.options.stream) can lose unacknowledged events: \($0)",
                advice: "change its settings, or use another with ?stream=NAME in --bus")
        }
    }

    private func size(_ state: NATSStream.State, now: Timestamp) -> [Concern] {
        guard let limit = state.maxBytes, state.count > 0 else { return [] }
        let used = "stream \(stream.options.stream) has used \(state.bytes >> 20) of \(limit >> 20) MiB"
        if Double(state.bytes) > Double(limit) * 0.97 {
            return [
                .fault(
                    "\(used), and soon takes no more events: a consumer has not acknowledged the oldest",
                    advice: "see which one in `shippy events status`; raise the stream's max_bytes meanwhile")
            ]
        }
        let age = now - state.firstTime
        guard age > Self.leastAge else { return [] }
        let holds = age * (Double(limit) * Self.full / Double(max(1, state.bytes)))
        guard holds < stream.options.maxAge else { return [] }
        return [
            .warning(
                "\(used) in \(Self.days(age)); at this rate it keeps events for \(Self.days(holds)) instead of \(Self.days(stream.options.maxAge))",
                advice: "raise the stream's max_bytes, or lower --event-max-age")
        ]
    }

    private func replicas(_ jetStream: OpaquePointer) throws -> [Concern] {
        guard let cluster = try stream.cluster(jetStream), cluster.replicas == 1 else { return [] }
        return [
            .warning(
                "stream \(stream.options.stream) has one replica in the cluster \(cluster.name.visiblyEscaped(limit: 60)): it is away while that server is",
                advice: "give it three (`nats stream edit \(stream.options.stream) --replicas 3`)")
        ]
    }

    /// What the account has left of its own limit.
    private func account(_ jetStream: OpaquePointer) throws -> [Concern] {
        var info: UnsafeMutablePointer<jsAccountInfo>?
        var code = jsErrCode.none
        try NATSError.check(js_GetAccountInfo(&info, jetStream, nil, &code), code)
        defer { jsAccountInfo_Destroy(info) }
        let limit = info!.pointee.Limits.MaxStore
        let used = Int64(clamping: info!.pointee.Store)
        guard limit > 0, Double(used) > Double(limit) * Self.full else { return [] }
        return [
            .warning(
                "the account has used \(used >> 20) of the \(limit >> 20) MiB that JetStream gives it", advice: "raise the limit, or delete streams")
        ]
    }

    /// `36 h`, `7 days`
    private static func days(_ duration: Duration) -> String {
        let hours = Int(duration.seconds / 3600)
        return hours < 48 ? "\(hours) h" : "\(hours / 24) days"
    }
}
