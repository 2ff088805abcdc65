import CNats
import Glibc
import ShippyCore

/// A message of libnats, destroyed with this object.
///
/// `@unchecked Sendable`: it is passed from thread to thread, but never used by two at once.
final class NATSMessage: @unchecked Sendable {
    let handle: OpaquePointer

    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit { natsMsg_Destroy(handle) }

    var subject: Subject { Subject(unchecked: natsMsg_GetSubject(handle).map { String(cString: $0) } ?? "") }

    /// JetStream's metadata of the message; nil for a message of plain NATS.
    var delivery: NATSDelivery? { natsMsg_GetReply(handle).flatMap(NATSDelivery.init(reply:)) }

    /// When the stream stored it; only for a message that was requested by its sequence.
    var time: Timestamp { Timestamp(milliseconds: natsMsg_GetTime(handle) / 1_000_000) }

    var payload: [UInt8] {
        let count = Int(natsMsg_GetDataLength(handle))
        guard count > 0, let data = natsMsg_GetData(handle) else { return [] }
        return data.withMemoryRebound(to: UInt8.self, capacity: count) { Array(UnsafeBufferPointer(start: $0, count: count)) }
    }

    /// libnats loses the order of headers. Known ones come first, in the order in which we write them, then the others by name.
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

    /// The event's ID. If the publisher set none, it is made from the event's sequence and time: a stream that was created again
    /// uses the same sequences again.
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
