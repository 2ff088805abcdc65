import CNats
import Foundation
import ShippyCore
import Synchronization

/// Publishes batches, and waits for JetStream's acknowledgement of each event. Confined to one thread.
///
/// `@unchecked Sendable`: the thread of the bus that owns it is the only one that calls it.
final class NATSPublisher: @unchecked Sendable {
    private static let limit = Duration.seconds(5)

    /// What became of the messages under way. libnats reports on its own threads.
    private final class Ledger: Sendable {
        struct State {
            /// Places in the batch, by the addresses of their messages.
            var underWay: [UInt: Int] = [:]
            var receipts: [PublishReceipt?] = []
            var fault: String?
        }

        let state = Mutex(State())
        let done = DispatchSemaphore(value: 0)

        func report(_ message: OpaquePointer, _ outcome: Result<PublishReceipt, ShippyError>) {
            let isComplete = state.withLock { state in
                guard let place = state.underWay.removeValue(forKey: UInt(bitPattern: message)) else { return false }
                switch outcome {
                case .success(let receipt): state.receipts[place] = receipt
                case .failure(let error): state.fault = error.message
                }
                return state.underWay.isEmpty
            }
            if isComplete { done.signal() }
        }
    }

    private let connection: NATSConnection
    private let ledger = Ledger()
    private let retainedLedger: Unmanaged<Ledger>
    private let jetStream: OpaquePointer

    init(_ connection: NATSConnection) throws {
        self.connection = connection
        // Given up when the context is destroyed, after which libnats reports nothing more.
        retainedLedger = Unmanaged.passRetained(ledger)
        let context = retainedLedger.toOpaque()
        do {
            jetStream = try NATSConnection.makeJetStream(connection.handle) { options in
                options.PublishAsync.AckHandler = { _, message, ack, fault, context in
                    guard let message else { return }
                    let ledger = Unmanaged<Ledger>.fromOpaque(context!).takeUnretainedValue()
                    if let ack {
                        let receipt = PublishReceipt(sequence: Int64(ack.pointee.Sequence), isDuplicate: ack.pointee.Duplicate)
                        ledger.report(message, .success(receipt))
                    } else {
                        let text = fault?.pointee.ErrText.map { String(cString: $0) } ?? ""
                        ledger.report(message, .failure(ShippyError(.unavailable, text.isEmpty ? "no stream keeps it" : text)))
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

    /// - Throws: ``ShippyError`` `.unavailable` when not all are acknowledged in time. Some may be on the bus then.
    func publish(_ events: [OutgoingEvent]) throws -> [PublishReceipt] {
        guard !events.isEmpty else { return [] }
        guard connection.isConnected else { throw ShippyError(.unavailable, "the connection is being made again", retryAfter: .seconds(1)) }
        let limit = connection.maxPayload
        if let event = events.first(where: { $0.payload.count + $0.headers.block.count > limit - 64 }) {
            throw ShippyError(.tooLarge, "event \(event.id) takes \(event.payload.count) bytes: NATS takes messages of \(limit) bytes at most")
        }
        let messages = try events.map(Self.message)
        let places = Dictionary(uniqueKeysWithValues: messages.enumerated().map { (UInt(bitPattern: $1), $0) })
        ledger.state.withLock { state in
            state.receipts = Array(repeating: nil, count: events.count)
            state.fault = nil
            state.underWay = places
        }
        do {
            for (place, message) in messages.enumerated() {
                var handle: OpaquePointer? = message
                let status = js_PublishMsgAsync(jetStream, &handle, nil)
                guard status == NATS_OK else {
                    for rest in messages[place...] { natsMsg_Destroy(rest) }
                    throw NATSError(status: status, code: 0)
                }
            }
            let deadline = DispatchTime.now() + .milliseconds(Int(Self.limit.milliseconds))
            // A signal may be left over from a batch that was given up.
            while ledger.state.withLock({ !$0.underWay.isEmpty }) {
                guard ledger.done.wait(timeout: deadline) == .success else {
                    throw ShippyError(.unavailable, "no acknowledgement within \(Self.limit)")
                }
            }
        } catch {
            forget()
            throw error
        }
        return try ledger.state.withLock { state in
            if let fault = state.fault { throw ShippyError(.unavailable, fault, retryAfter: .seconds(1)) }
            return state.receipts.map { $0! }
        }
    }

    private static func message(_ event: OutgoingEvent) throws -> OpaquePointer {
        var message: OpaquePointer?
        let created = event.payload.withUnsafeBytes {
            natsMsg_Create(
                &message, event.subject.description, nil, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(event.payload.count))
        }
        try NATSError.check(created)
        for (name, value) in event.headers.pairs { try NATSError.check(natsMsgHeader_Add(message, name, value)) }
        if event.headers[HeaderName.messageID] == nil { try NATSError.check(natsMsgHeader_Set(message, HeaderName.messageID, event.id)) }
        return message!
    }

    /// Takes back what is not acknowledged: an acknowledgement that still comes is for nobody.
    private func forget() {
        var pending = natsMsgList()
        if js_PublishAsyncGetPendingList(&pending, jetStream) == NATS_OK { natsMsgList_Destroy(&pending) }
        ledger.state.withLock { $0.underWay = [:] }
    }

    func close() {
        jsCtx_Destroy(jetStream)
        DispatchQueue.global().asyncAfter(deadline: .now() + 5) { [retainedLedger] in retainedLedger.release() }
    }
}
