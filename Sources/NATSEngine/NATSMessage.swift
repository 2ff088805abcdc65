import CNats
import Glibc
import ShippyCore

/// A message of libnats, destroyed with this.
///
/// `@unchecked Sendable`: it is handed from one thread to the next, and never used by two.
final class NATSMessage: @unchecked Sendable {
    let handle: OpaquePointer

    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit { natsMsg_Destroy(handle) }

    var subject: Subject { Subject(unchecked: natsMsg_GetSubject(handle).map { String(cString: $0) } ?? "") }

    /// What JetStream says of a message that it delivered; nil for one of plain NATS.
    var delivery: NATSDelivery? { natsMsg_GetReply(handle).flatMap(NATSDelivery.init(reply:)) }

    var payload: [UInt8] {
        let count = Int(natsMsg_GetDataLength(handle))
        guard count > 0, let data = natsMsg_GetData(handle) else { return [] }
        return data.withMemoryRebound(to: UInt8.self, capacity: count) { Array(UnsafeBufferPointer(start: $0, count: count)) }
    }

    /// libnats keeps headers without their order: the known ones come first, in the order in which we write them.
    var headers: EventHeaders {
        var names: UnsafeMutablePointer<UnsafePointer<CChar>?>?
        var count: Int32 = 0
        guard natsMsgHeader_Keys(handle, &names, &count) == NATS_OK, let names else { return EventHeaders() }
        defer { free(names) }
        var pairs: [(place: Int, name: String, value: String)] = []
        for index in 0..<Int(count) {
            guard let pointer = names[index] else { continue }
            let name = String(cString: pointer)
            let place = HeaderName.order[name] ?? HeaderName.order.count
            var values: UnsafeMutablePointer<UnsafePointer<CChar>?>?
            var valueCount: Int32 = 0
            guard natsMsgHeader_Values(handle, pointer, &values, &valueCount) == NATS_OK, let values else { continue }
            for value in 0..<Int(valueCount) { pairs.append((place, name, values[value].map { String(cString: $0) } ?? "")) }
            free(values)
        }
        pairs.sort { ($0.place, $0.name) < ($1.place, $1.name) }
        return EventHeaders(pairs.map { ($0.name, $0.value) })
    }

    /// The event's id. Where its publisher gave it none, it has one from its place and time: a stream that begins anew gives the
    /// same places out again.
    func eventID(at sequence: Int64, time: Timestamp, stream: String) -> String {
        var value: UnsafePointer<CChar>?
        if natsMsgHeader_Get(handle, HeaderName.natsMessageID, &value) == NATS_OK, let value { return String(cString: value) }
        return Self.eventID(headers, at: sequence, time: time, stream: stream)
    }

    private static func eventID(_ headers: EventHeaders, at sequence: Int64, time: Timestamp, stream: String) -> String {
        headers[HeaderName.natsMessageID] ?? headers[HeaderName.eventID] ?? "\(stream)-\(sequence)-\(time.milliseconds)"
    }

    func event(_ delivery: NATSDelivery, stream: String) -> Event {
        let headers = headers
        let id = Self.eventID(headers, at: delivery.sequence, time: delivery.time, stream: stream)
        return Event(sequence: delivery.sequence, id: id, subject: subject, time: delivery.time, headers: headers, payload: payload)
    }
}
