import CNats
import ShippyCore

/// The stream that events are kept in.
struct NATSStream {
    /// How long the server remembers ids, to drop what is published a second time.
    private static let duplicateWindow = Duration.seconds(120)

    let options: NATSOptions
    let server: String

    struct State {
        var first: Int64
        var last: Int64
        var bytes: Int64
        var subjects: [String]
    }

    /// - Throws: ``NATSError``, for a stream that is not there among others.
    func state(_ jetStream: OpaquePointer) throws -> State {
        try withInfo(jetStream, Self.state)
    }

    private func withInfo<Value>(_ jetStream: OpaquePointer, _ body: (jsStreamInfo) throws -> Value) throws -> Value {
        var info: UnsafeMutablePointer<jsStreamInfo>?
        var code = jsErrCode(rawValue: 0)
        try NATSError.check(js_GetStreamInfo(&info, jetStream, options.stream, nil, &code), code)
        defer { jsStreamInfo_Destroy(info) }
        return try body(info!.pointee)
    }

    private static func state(_ info: jsStreamInfo) -> State {
        let (first, last) = (Int64(info.State.FirstSeq), Int64(info.State.LastSeq))
        let subjects = (0..<Int(info.Config.pointee.SubjectsLen)).compactMap { info.Config.pointee.Subjects[$0].map { String(cString: $0) } }
        // A stream that never had an event says 0 for the first.
        return State(first: max(first, 1), last: last, bytes: Int64(info.State.Bytes), subjects: subjects)
    }

    /// Makes the stream when it is missing.
    ///
    /// - Throws: ``ShippyError`` `.failed` for one that is there and does not fit, ``NATSError`` for anything else.
    func ensure(_ jetStream: OpaquePointer) throws -> State {
        do {
            return try withInfo(jetStream) { info in
                try checkFit(info)
                return Self.state(info)
            }
        } catch let error as NATSError where error.isNotFound {
            return try create(jetStream)
        }
    }

    private func create(_ jetStream: OpaquePointer) throws -> State {
        let strings = CStrings()
        var config = jsStreamConfig()
        try NATSError.check(jsStreamConfig_Init(&config))
        config.Name = strings(options.stream)
        config.Description = strings("Events of shippy")
        config.Subjects = strings.list(options.subjects)
        config.SubjectsLen = Int32(options.subjects.count)
        config.Retention = js_LimitsPolicy
        config.Storage = js_FileStorage
        config.Discard = js_DiscardOld
        config.MaxAge = options.maxAge.milliseconds * 1_000_000
        config.MaxBytes = options.maxBytes
        config.Replicas = Int64(options.replicas)
        config.Duplicates = min(Self.duplicateWindow, options.maxAge).milliseconds * 1_000_000
        var info: UnsafeMutablePointer<jsStreamInfo>?
        var code = jsErrCode(rawValue: 0)
        let status = js_AddStream(&info, jetStream, &config, nil, &code)
        defer { jsStreamInfo_Destroy(info) }
        switch code.rawValue {
        // Another stream keeps one of the subjects.
        case 10065:
            throw ShippyError(
                .failed,
                "stream \(options.stream) cannot be made on NATS at \(server): another stream keeps \(options.subjects.joined(separator: " or ")) already. Name that one with ?stream=NAME in the bus's URL"
            )
        // Somebody else was quicker.
        case 10058: return try state(jetStream)
        default:
            try NATSError.check(status, code)
            return Self.state(info!.pointee)
        }
    }

    /// How many events match one of the filters, from `sequence` on. One that matches two is counted twice; see
    /// ``SubjectFilter/widest(of:)``.
    ///
    /// A consumer that begins there is told by the server how much it has before it.
    func count(_ filters: [SubjectFilter], from sequence: Int64, _ jetStream: OpaquePointer) throws -> Int {
        try filters.reduce(0) { sum, filter in
            let strings = CStrings()
            var config = jsConsumerConfig()
            try NATSError.check(jsConsumerConfig_Init(&config))
            config.DeliverPolicy = js_DeliverByStartSequence
            config.OptStartSeq = UInt64(sequence)
            config.AckPolicy = js_AckNone
            config.FilterSubject = strings(filter.description)
            config.InactiveThreshold = 5_000_000_000
            var info: UnsafeMutablePointer<jsConsumerInfo>?
            var code = jsErrCode(rawValue: 0)
            let status = js_AddConsumer(&info, jetStream, options.stream, &config, nil, &code)
            // A subject that the stream does not keep.
            if code.rawValue == 10093 { return sum }
            try NATSError.check(status, code)
            defer { jsConsumerInfo_Destroy(info) }
            try NATSError.check(js_DeleteConsumer(jetStream, options.stream, info!.pointee.Name, nil, &code), code)
            return sum + Int(info!.pointee.NumPending)
        }
    }

    private func checkFit(_ info: jsStreamInfo) throws {
        let config = info.Config.pointee
        var faults: [String] = []
        if config.Retention != js_LimitsPolicy { faults.append("its retention is not `limits`, so events go when they are acknowledged") }
        if config.NoAck { faults.append("it acknowledges nothing") }
        if config.Sealed { faults.append("it is sealed") }
        let subjects = try Self.state(info).subjects.map { try SubjectFilter($0) }
        for subject in [Subject.userCreated, Subject.deadLetters(of: "x")] where !subjects.contains(where: { $0.matches(subject) }) {
            faults.append("it does not keep \(subject == .userCreated ? "user.created" : "dead-letter.>")")
        }
        guard faults.isEmpty else {
            throw ShippyError(
                .failed,
                "stream \(options.stream) on NATS at \(server) does not fit: \(faults.joined(separator: "; ")). Change it, or name another one with ?stream=NAME in the bus's URL"
            )
        }
    }
}
