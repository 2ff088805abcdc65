import CNats
import Foundation
import ShippyCore
import Synchronization

/// Publishes batches, and waits for JetStream's acknowledgement of each event. Confined to one thread.
///
/// `@unchecked Sendable`: only the thread of the bus that owns it calls it.
final class NATSPublisher: @unchecked Sendable {
    private static let limit = Duration.seconds(5)
    /// The bytes around the lines of a header block: `NATS/1.0` before them, and an empty line after.
    private static let headerFrame = 12

    /// Why an event has no receipt.
    struct Fault: Error {
        enum Kind {
            case tooLarge
            /// No stream stores its subject, or the stream is missing at the moment.
            case unkept
            /// The stream or the server has reached a limit.
            case full
            case other
        }

        var kind: Kind
        var error: ShippyError

        static func unavailable(_ kind: Kind, _ reason: String) -> Fault {
            Fault(kind: kind, error: ShippyError(.unavailable, reason, retryAfter: .seconds(1)))
        }
    }

    typealias Outcome = Result<PublishReceipt, Fault>

    /// The outcomes of the messages in flight. libnats reports them on its own threads.
    ///
    /// An acknowledgement of a batch that was given up is ignored: it counts only for a message of this batch that has the ID of
    /// its event.
    private final class Ledger: Sendable {
        struct State {
            /// Places in the batch and IDs, by message address.
            var underWay: [UInt: (place: Int, id: String?)] = [:]
            var outcomes: [Outcome?] = []
        }

        let state = Mutex(State())
        let done = DispatchSemaphore(value: 0)

        func report(_ message: OpaquePointer, _ outcome: Outcome) {
            let id = NATSPublisher.id(of: message)
            let isComplete = state.withLock { state in
                let key = UInt(bitPattern: message)
                guard let entry = state.underWay[key], entry.id == id else { return false }
                state.underWay[key] = nil
                state.outcomes[entry.place] = outcome
                return state.underWay.isEmpty
            }
            if isComplete { done.signal() }
        }
    }

    private let connection: NATSConnection
    /// The connection that this publishes on. If the bus has reconnected, ``connection`` has a different one.
    private let handle: OpaquePointer
    private let ledger = Ledger()
    private let retainedLedger: Unmanaged<Ledger>
    private let jetStream: OpaquePointer

    init(_ connection: NATSConnection) throws {
        self.connection = connection
        handle = connection.handle
        // Released some time after the context is destroyed, when libnats reports nothing more.
        retainedLedger = Unmanaged.passRetained(ledger)
        let context = retainedLedger.toOpaque()
        do {
            jetStream = try NATSConnection.makeJetStream(handle) { options in
                options.PublishAsync.AckHandler = { _, message, ack, fault, context in
                    guard let message else { return }
                    let ledger = Unmanaged<Ledger>.fromOpaque(context!).takeUnretainedValue()
                    if let ack {
                        let receipt = PublishReceipt(sequence: Int64(ack.pointee.Sequence), isDuplicate: ack.pointee.Duplicate)
                        ledger.report(message, .success(receipt))
                    } else {
                        ledger.report(message, .failure(NATSPublisher.fault(fault?.pointee)))
                    }
                    natsMsg_Destroy(message)
                }
                options.PublishAsync.AckHandlerClosure = context
            }
        } catch {
            retainedLedger.release()
            throw error
        }
    }

    var isOnConnection: Bool { handle == connection.handle }

    private static func fault(_ fault: jsPubAckErr?) -> Fault {
        guard let fault else { return .unavailable(.other, "the answer has no reason") }
        let text = fault.ErrText.map { String(cString: $0).visiblyEscaped(limit: 300) } ?? ""
        switch fault.ErrCode {
        case JSStreamMessageExceedsMaximumErr, .headersTooLarge: return Fault(kind: .tooLarge, error: ShippyError(.tooLarge, text))
        case JSAccountResourcesExceededErr, JSInsufficientResourcesErr, JSMemoryResourcesExceededErr, JSStorageResourcesExceededErr,
            JSStreamStoreFailedErr:
            return .unavailable(.full, text)
        default:
            let isUnkept = fault.Err == NATS_NO_RESPONDERS || text.isEmpty
            return .unavailable(isUnkept ? .unkept : .other, isUnkept ? "no stream stores it" : text)
        }
    }

    /// Publishes in order, and waits at most 5 s until all events are acknowledged or refused.
    ///
    /// - Returns: the outcome of each event.
    /// - Throws: ``ShippyError`` `.unavailable` when none was sent.
    func publish(_ events: [OutgoingEvent]) throws -> [Outcome] {
        guard !events.isEmpty else { return [] }
        guard connection.isConnected else { throw ShippyError(.unavailable, "reconnecting", retryAfter: .seconds(1)) }
        let limit = connection.maxPayload
        var outcomes: [Outcome?] = events.map { event in
            let size = Self.size(of: event)
            guard size > limit else { return nil }
            let text = "event \(event.id) has \(size) bytes with its headers: the limit of NATS is \(limit) bytes"
            return .failure(Fault(kind: .tooLarge, error: ShippyError(.tooLarge, text)))
        }
        let places = outcomes.indices.filter { outcomes[$0] == nil }
        let messages = try places.map { try Self.message(events[$0]) }
        ledger.state.withLock { state in
            state.outcomes = outcomes
            state.underWay = Dictionary(
                uniqueKeysWithValues: zip(places, messages).map { (UInt(bitPattern: $1), (place: $0, id: Self.id(of: $1))) })
        }
        for (index, message) in messages.enumerated() {
            var handle: OpaquePointer? = message
            let status = js_PublishMsgAsync(jetStream, &handle, nil)
            if status == NATS_OK { continue }
            // This message and those after it were not sent. The others were.
            let reason = NATSError(status: status, code: .none).reason
            for rest in messages[index...] {
                ledger.report(rest, .failure(.unavailable(.other, reason)))
                natsMsg_Destroy(rest)
            }
            break
        }
        let deadline = DispatchTime.now() + .milliseconds(Int(Self.limit.milliseconds))
        // A signal may be left over from a batch that was given up.
        while ledger.state.withLock({ !$0.underWay.isEmpty }), ledger.done.wait(timeout: deadline) == .success {}
        outcomes = forget()
        return outcomes.map { $0 ?? .failure(.unavailable(.other, "no acknowledgement within \(Self.limit)")) }
    }

    /// The size that counts against the server's limit: the header block as sent, and the payload.
    private static func size(of event: OutgoingEvent) -> Int {
        var size = headerFrame + event.headers.block.count + event.payload.count
        if event.headers[HeaderName.natsMessageID] == nil { size += "\(HeaderName.natsMessageID): \(event.id)\r\n".utf8.count }
        return size
    }

    /// The ID by which the server detects duplicates.
    private static func id(of message: OpaquePointer) -> String? {
        var value: UnsafePointer<CChar>?
        return natsMsgHeader_Get(message, HeaderName.natsMessageID, &value) == NATS_OK ? value.map { String(cString: $0) } : nil
    }

    private static func message(_ event: OutgoingEvent) throws -> OpaquePointer {
        var message: OpaquePointer?
        let created = event.payload.withUnsafeBytes {
            natsMsg_Create(
                &message, event.subject.description, nil, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(event.payload.count))
        }
        try NATSError.check(created)
        for (name, value) in event.headers.pairs { try NATSError.check(natsMsgHeader_Add(message, name, value)) }
        if event.headers[HeaderName.natsMessageID] == nil { try NATSError.check(natsMsgHeader_Set(message, HeaderName.natsMessageID, event.id)) }
        return message!
    }

    /// Ends the batch, and takes back the messages that are not acknowledged. An acknowledgement that still comes is ignored.
    private func forget() -> [Outcome?] {
        let (outcomes, isComplete) = ledger.state.withLock { state in
            defer { state = Ledger.State() }
            return (state.outcomes, state.underWay.isEmpty)
        }
        guard !isComplete else { return outcomes }
        var pending = natsMsgList()
        if js_PublishAsyncGetPendingList(&pending, jetStream) == NATS_OK { natsMsgList_Destroy(&pending) }
        return outcomes
    }

    func close() {
        jsCtx_Destroy(jetStream)
        DispatchQueue.global().asyncAfter(deadline: .now() + 5) { [retainedLedger] in retainedLedger.release() }
    }
}
