import CNats
import ShippyCore

/// The stream that stores events.
struct NATSStream {
    /// How long the server remembers IDs, to drop duplicates.
    private static let duplicateWindow = Duration.seconds(120)
    /// Marks a stream as created by shippy: we may change its settings.
    private static let ourDescription = "Events of shippy"

    let options: NATSOptions
    let server: String
    private let absence = NATSStreamAbsence()

    init(options: NATSOptions, server: String) {
        self.options = options
        self.server = server
    }

    struct State: Sendable {
        /// The stream's name and the time of its creation, which differs for a stream that was deleted and created again.
        var identity: String
        var first: Int64
        var last: Int64
        var count: Int64
        var bytes: Int64
        /// When the first event in the stream was stored.
        var firstTime: Timestamp
        var subjects: [String]
        /// The most bytes that it stores; nil for no limit.
        var maxBytes: Int64?
        var isOurs: Bool
        /// Whether its settings make it drop events, acknowledged or not.
        var drops: Bool
        /// How it can lose unacknowledged events; empty if it cannot.
        var losses: [String]
    }

    /// The parts of an event that are needed to recognize it.
    struct StoredEvent: Hashable, Sendable {
        var id: String
        var time: Timestamp
    }

    /// - Throws: ``NATSError``, also for a stream that does not exist.
    func state(_ jetStream: OpaquePointer) throws -> State {
        try withInfo(jetStream, Self.state)
    }

    private func withInfo<Value>(_ jetStream: OpaquePointer, _ body: (jsStreamInfo) throws -> Value) throws -> Value {
        var info: UnsafeMutablePointer<jsStreamInfo>?
        var code = jsErrCode.none
        try NATSError.check(js_GetStreamInfo(&info, jetStream, options.stream, nil, &code), code)
        defer { jsStreamInfo_Destroy(info) }
        return try body(info!.pointee)
    }

    private static func state(_ info: jsStreamInfo) -> State {
        let config = info.Config.pointee
        return State(
            identity: "\(text(config.Name))@\(info.Created)",
            // A stream that never had an event reports 0.
            first: max(Int64(info.State.FirstSeq), 1), last: Int64(info.State.LastSeq), count: Int64(info.State.Msgs),
            bytes: Int64(info.State.Bytes), firstTime: Timestamp(milliseconds: info.State.FirstTime / 1_000_000),
            subjects: (0..<Int(config.SubjectsLen)).map { text(config.Subjects[$0]) },
            maxBytes: config.MaxBytes > 0 ? config.MaxBytes : nil, isOurs: text(config.Description) == ourDescription,
            drops: config.Discard == js_DiscardOld || config.MaxAge > 0, losses: losses(config))
    }

    private static func losses(_ config: jsStreamConfig) -> [String] {
        var losses: [String] = []
        if config.Storage == js_MemoryStorage { losses.append("it keeps events in memory, so a restart loses them") }
        if config.MaxAge > 0 { losses.append("it drops events after \(config.MaxAge / 1_000_000_000) s (max_age)") }
        if config.MaxMsgsPerSubject > 0 { losses.append("it keeps only \(config.MaxMsgsPerSubject) events per subject (max_msgs_per_subject)") }
        if config.Discard == js_DiscardOld, config.MaxBytes > 0 || config.MaxMsgs > 0 {
            losses.append("it drops the oldest events when it is full (discard old)")
        }
        return losses
    }

    private static func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }

    /// The cluster that keeps the stream, and on how many of its servers; nil on a single server.
    ///
    /// - Throws: ``NATSError``.
    func cluster(_ jetStream: OpaquePointer) throws -> (name: String, replicas: Int)? {
        try withInfo(jetStream) { info in
            guard let cluster = info.Cluster?.pointee.Name, let config = info.Config?.pointee else { return nil }
            return (Self.text(cluster), Int(config.Replicas))
        }
    }

    /// The event at `sequence`; nil if there is none.
    ///
    /// - Throws: ``NATSError``.
    func event(at sequence: Int64, _ jetStream: OpaquePointer) throws -> StoredEvent? {
        try message(at: sequence, jetStream).map { message in
            StoredEvent(id: message.eventID(at: sequence, time: message.time, stream: options.stream), time: message.time)
        }
    }

    /// The whole event at `sequence`; nil if there is none.
    ///
    /// - Throws: ``NATSError``.
    func wholeEvent(at sequence: Int64, _ jetStream: OpaquePointer) throws -> Event? {
        try message(at: sequence, jetStream).map { message in
            Event(
                sequence: sequence, id: message.eventID(at: sequence, time: message.time, stream: options.stream), subject: message.subject,
                time: message.time, headers: message.headers, payload: message.payload)
        }
    }

    private func message(at sequence: Int64, _ jetStream: OpaquePointer) throws -> NATSMessage? {
        guard sequence > 0 else { return nil }
        var handle: OpaquePointer?
        var code = jsErrCode.none
        let status = js_GetMsg(&handle, jetStream, options.stream, UInt64(sequence), nil, &code)
        if NATSError(status: status, code: code).isNoMessage { return nil }
        try NATSError.check(status, code)
        return NATSMessage(handle!)
    }

    /// The numbers of events under dead letter subjects.
    func deadLetterCounts(_ jetStream: OpaquePointer) throws -> (letters: Int, settlements: Int) {
        let strings = CStrings()
        var options = jsOptions()
        try NATSError.check(jsOptions_Init(&options))
        options.Stream.Info.SubjectsFilter = strings(Subject.allDeadLetters)
        var info: UnsafeMutablePointer<jsStreamInfo>?
        var code = jsErrCode.none
        try NATSError.check(js_GetStreamInfo(&info, jetStream, self.options.stream, &options, &code), code)
        defer { jsStreamInfo_Destroy(info) }
        guard let subjects = info!.pointee.State.Subjects else { return (0, 0) }
        var (letters, settlements) = (0, 0)
        for index in 0..<Int(subjects.pointee.Count) {
            let entry = subjects.pointee.List[index]
            let subject = Subject(unchecked: Self.text(entry.Subject))
            if subject.deadLetterGroup != nil { letters += Int(entry.Msgs) }
            if subject.isSettlement { settlements += Int(entry.Msgs) }
        }
        return (letters, settlements)
    }

    /// Creates the stream if it is missing.
    ///
    /// - Throws: ``ShippyError`` `.failed` for an existing stream with unsuitable settings, `.unavailable` for some seconds after
    ///   the stream was deleted, ``NATSError`` for anything else.
    func ensure(_ jetStream: OpaquePointer) throws -> State {
        do {
            return try withInfo(jetStream) { info in
                absence.found()
                try checkFit(info)
                return Self.state(info)
            }
        } catch let error as NATSError where error.isNotFound {
            guard absence.missed() else {
                throw ShippyError(.unavailable, "stream \(options.stream) was deleted and will be created again in a moment")
            }
            let state = try create(jetStream)
            absence.found()
            return state
        }
    }

    /// Creates the stream if it is missing, for events that must not be lost. Changes a stream of ours that can lose
    /// unacknowledged events.
    ///
    /// - Throws: as ``ensure(_:)``, and ``ShippyError`` `.failed` for any other stream that can lose unacknowledged events.
    func ensureKeeping(_ jetStream: OpaquePointer) throws -> State {
        let state = try ensure(jetStream)
        guard !state.losses.isEmpty else { return state }
        try keepUnacknowledged(jetStream)
        let losses = try self.state(jetStream).losses
        guard losses.isEmpty else {
            throw ShippyError(
                .failed,
                "stream \(options.stream) on NATS at \(server) can lose unacknowledged events: \(losses.joined(separator: "; ")). Change its settings, or use another stream with ?stream=NAME in the bus URL"
            )
        }
        return state
    }

    private func create(_ jetStream: OpaquePointer) throws -> State {
        let strings = CStrings()
        var config = jsStreamConfig()
        try NATSError.check(jsStreamConfig_Init(&config))
        config.Name = strings(options.stream)
        config.Description = strings(Self.ourDescription)
        config.Subjects = strings.list(options.subjects)
        config.SubjectsLen = Int32(options.subjects.count)
        config.Retention = js_LimitsPolicy
        config.Storage = js_FileStorage
        // Unacknowledged events are never dropped: see `NATSRetention`.
        config.Discard = js_DiscardNew
        config.MaxBytes = options.maxBytes
        config.Replicas = Int64(options.replicas)
        config.Duplicates = Self.duplicateWindow.milliseconds * 1_000_000
        var info: UnsafeMutablePointer<jsStreamInfo>?
        var code = jsErrCode.none
        let status = js_AddStream(&info, jetStream, &config, nil, &code)
        defer { jsStreamInfo_Destroy(info) }
        switch code {
        case JSStreamSubjectOverlapErr:
            throw ShippyError(
                .failed,
                "cannot create stream \(options.stream) on NATS at \(server): another stream already stores \(options.subjects.joined(separator: " or ")). Use that stream with ?stream=NAME in the bus URL"
            )
        // Another process was faster.
        case JSStreamNameExistErr: return try state(jetStream)
        default:
            try NATSError.check(status, code)
            return Self.state(info!.pointee)
        }
    }

    /// Applies `body` to each durable pull consumer.
    func groups<Value>(_ jetStream: OpaquePointer, _ body: (jsConsumerInfo) -> Value) throws -> [Value] {
        var list: UnsafeMutablePointer<jsConsumerInfoList>?
        var code = jsErrCode.none
        let status = js_Consumers(&list, jetStream, options.stream, nil, &code)
        defer { jsConsumerInfoList_Destroy(list) }
        if status == NATS_NOT_FOUND { return [] }
        try NATSError.check(status, code)
        return (0..<Int(list?.pointee.Count ?? 0)).compactMap { list?.pointee.List[$0]?.pointee }
            .filter { $0.Config.pointee.Durable != nil && $0.Config.pointee.DeliverSubject == nil }.map(body)
    }

    /// Stops a stream of ours from dropping events. Earlier versions created such streams.
    func keepUnacknowledged(_ jetStream: OpaquePointer) throws {
        try withInfo(jetStream) { info in
            let state = Self.state(info)
            guard state.isOurs, state.drops else { return }
            var config = info.Config.pointee
            config.Discard = js_DiscardNew
            config.MaxAge = 0
            var updated: UnsafeMutablePointer<jsStreamInfo>?
            var code = jsErrCode.none
            let status = js_UpdateStream(&updated, jetStream, &config, nil, &code)
            jsStreamInfo_Destroy(updated)
            try NATSError.check(status, code)
        }
    }

    /// Deletes the events before `sequence`.
    func purge(before sequence: Int64, _ jetStream: OpaquePointer) throws {
        var options = jsOptions()
        try NATSError.check(jsOptions_Init(&options))
        options.Stream.Purge.Sequence = UInt64(sequence)
        var code = jsErrCode.none
        try NATSError.check(js_PurgeStream(jetStream, self.options.stream, &options, &code), code)
    }

    /// Deletes one event.
    func delete(_ sequence: Int64, _ jetStream: OpaquePointer) throws {
        var code = jsErrCode.none
        try NATSError.check(js_DeleteMsg(jetStream, options.stream, UInt64(sequence), nil, &code), code)
    }

    /// The number of events, from `sequence` on, that match one of the filters. An event that matches two is counted twice; see
    /// ``SubjectFilter/widest(of:)``.
    func count(_ filters: [SubjectFilter], from sequence: Int64, _ jetStream: OpaquePointer) throws -> Int {
        try filters.reduce(0) { try $0 + (probe($1, from: sequence, jetStream)?.count ?? 0) }
    }

    /// The time by the server's clock, which also sets the times of events; nil for a stream without subjects.
    func serverTime(_ jetStream: OpaquePointer) throws -> Timestamp? {
        try probe(SubjectFilter(">"), from: 1, jetStream)?.time
    }

    /// Creates a consumer that begins at `sequence`, to learn what the server reports about it, and deletes it at once.
    /// - Returns: the number of events before it, and the time of its creation; nil if the stream does not store the subject.
    private func probe(_ filter: SubjectFilter, from sequence: Int64, _ jetStream: OpaquePointer) throws -> (count: Int, time: Timestamp)? {
        let strings = CStrings()
        var config = jsConsumerConfig()
        try NATSError.check(jsConsumerConfig_Init(&config))
        config.DeliverPolicy = js_DeliverByStartSequence
        config.OptStartSeq = UInt64(sequence)
        config.AckPolicy = js_AckNone
        config.FilterSubject = strings(filter.description)
        config.InactiveThreshold = 5_000_000_000
        var info: UnsafeMutablePointer<jsConsumerInfo>?
        var code = jsErrCode.none
        let status = js_AddConsumer(&info, jetStream, options.stream, &config, nil, &code)
        if code == JSConsumerFilterNotSubsetErr { return nil }
        try NATSError.check(status, code)
        defer { jsConsumerInfo_Destroy(info) }
        try NATSError.check(js_DeleteConsumer(jetStream, options.stream, info!.pointee.Name, nil, &code), code)
        return (Int(info!.pointee.NumPending), Timestamp(milliseconds: info!.pointee.Created / 1_000_000))
    }

    /// The number of events from `sequence` on.
    func count(from sequence: Int64, _ jetStream: OpaquePointer) throws -> Int {
        try count([SubjectFilter(">")], from: sequence, jetStream)
    }

    private func checkFit(_ info: jsStreamInfo) throws {
        let config = info.Config.pointee
        var faults: [String] = []
        if config.Retention != js_LimitsPolicy { faults.append("its retention is not `limits`, so acknowledged events are deleted") }
        if config.NoAck { faults.append("it does not acknowledge published events") }
        if config.Sealed { faults.append("it is sealed") }
        let subjects = try Self.state(info).subjects.map { try SubjectFilter($0) }
        // An event that the stream does not store would hold up the outbox.
        let missing = Subject.ofUsers.filter { subject in !subjects.contains { $0.matches(subject) } }.map(\.description)
        if !missing.isEmpty { faults.append("it does not store \(missing.joined(separator: ", "))") }
        if !subjects.contains(where: { $0.matches(.deadLetters(of: "x")) }) { faults.append("it does not store dead-letter.>") }
        guard faults.isEmpty else {
            throw ShippyError(
                .failed,
                "stream \(options.stream) on NATS at \(server) has unsuitable settings: \(faults.joined(separator: "; ")). Change them, or use another stream with ?stream=NAME in the bus URL"
            )
        }
    }
}
