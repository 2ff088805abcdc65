import CNats
package import ShippyCore

extension NATSBus: MovableBus {
    /// Of a group's consumer, until a member of the group joins and knows better.
    private static let lease = Duration.seconds(60)

    package func extent() async throws -> LogExtent? {
        try await run("cannot look at the bus") { [self] connection in
            do {
                let state = try stream.state(jetStream(connection))
                return LogExtent(identity: state.identity, first: state.first, last: state.last, count: state.count)
            } catch let error as NATSError where error.isNotFound {
                return nil
            }
        }
    }

    package func movedGroups() async throws -> [MovedGroup] {
        try await run("cannot list the groups") { [self] connection in
            let jetStream = try jetStream(connection)
            let end = try stream.state(jetStream).last
            let consumers = try stream.groups(jetStream) { info in
                (
                    name: String(cString: info.Name), filter: info.Config.pointee.FilterSubject.map { String(cString: $0) },
                    acknowledged: Self.acknowledged(info, end: end)
                )
            }
            let replays = Dictionary(
                consumers.compactMap { consumer in ConsumerConfiguration.group(ofReplays: consumer.name).map { ($0, consumer.acknowledged) } }
            ) { first, _ in first }
            return try consumers.filter { ConsumerConfiguration.group(ofReplays: $0.name) == nil }.map { consumer in
                MovedGroup(
                    name: consumer.name, filter: try SubjectFilter(consumer.filter ?? ">"), acknowledged: consumer.acknowledged,
                    replaysAcknowledged: replays[consumer.name] ?? end)
            }.sorted { $0.name < $1.name }
        }
    }

    /// The server tells of an acknowledgement only after there was one.
    private static func acknowledged(_ info: jsConsumerInfo, end: Int64) -> Int64 {
        if info.NumAckPending == 0 { return info.NumPending == 0 ? end : Int64(max(info.AckFloor.Stream, info.Delivered.Stream)) }
        return max(Int64(info.AckFloor.Stream), Int64(info.Config.pointee.OptStartSeq) - 1)
    }

    package func begin(at sequence: Int64) async throws {
        try await run("cannot begin the stream") { [self] connection in
            let jetStream = try jetStream(connection)
            let state = try stream.ensureKeeping(jetStream)
            guard state.count == 0, state.last == 0 || state.last == sequence - 1 else { throw ShippyError.alsoUsed(state.last) }
            // An empty stream goes on where it was purged to.
            if sequence > 1 { try stream.purge(before: sequence, jetStream) }
        }
    }

    package func append(copies: [Event], through end: Int64) async throws {
        try await run("cannot copy events") { [self] connection in
            let jetStream = try jetStream(connection)
            var last = try stream.ensureKeeping(jetStream).last
            var rest = copies[...]
            while let first = rest.first {
                try skip(from: &last, through: first.sequence - 1, connection)
                // As many as follow each other.
                var run: [Event] = []
                while let event = rest.first, event.sequence == last + 1 + Int64(run.count) { run.append(rest.removeFirst()) }
                guard !run.isEmpty else { throw ShippyError.alsoUsed(last) }
                for (event, outcome) in zip(run, try publisher(connection).publish(run.map(Self.copy))) {
                    switch outcome {
                    case .success(let receipt) where receipt.isDuplicate: continue
                    case .success(let receipt):
                        // A duplicate before it took no sequence.
                        if receipt.sequence != event.sequence {
                            guard receipt.sequence == last + 1, receipt.sequence < event.sequence else {
                                throw ShippyError.alsoUsed(receipt.sequence)
                            }
                            throw ShippyError(
                                .conflict, "event \(event.sequence) is on the old bus twice, within two minutes: NATS cannot keep the sequences")
                        }
                        last = event.sequence
                    case .failure(let fault): throw fault.error
                    }
                }
            }
            try skip(from: &last, through: end, connection)
        }
    }

    private static func copy(_ event: Event) -> OutgoingEvent {
        var headers = event.headers
        if headers[HeaderName.originalTime] == nil { headers.append(HeaderName.originalTime, event.time.description) }
        return OutgoingEvent(id: event.id, subject: event.subject, time: event.time, headers: headers, payload: event.payload)
    }

    /// Leaves sequences without an event, by events that are deleted at once.
    private func skip(from last: inout Int64, through end: Int64, _ connection: NATSConnection) throws {
        while last < end {
            let filler = OutgoingEvent(
                id: "filler-\(last + 1)-\(UUIDv7.next())", subject: .drops(of: "nobody"), time: .now, headers: EventHeaders([]), payload: [])
            switch try publisher(connection).publish([filler])[0] {
            case .success(let receipt):
                guard receipt.sequence == last + 1 else { throw ShippyError.alsoUsed(receipt.sequence) }
                try stream.delete(receipt.sequence, jetStream(connection))
                last = receipt.sequence
            case .failure(let fault): throw fault.error
            }
        }
    }

    package func place(_ groups: [MovedGroup]) async throws {
        try await run("cannot create the groups") { [self] connection in
            let jetStream = try jetStream(connection)
            for group in groups {
                let configuration = ConsumerConfiguration(name: group.name, filter: group.filter, lease: Self.lease)
                try NATSGroup(stream: stream, configuration: configuration).place(after: group.acknowledged, jetStream)
                try NATSGroup(stream: stream, configuration: configuration.replays).place(after: group.replaysAcknowledged, jetStream)
            }
        }
    }
}
