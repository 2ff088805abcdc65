import GRPCCore

/// A complete request, as the sequence that handlers read.
struct RequestParts: AsyncSequence, Sendable {
    let metadata: Metadata
    let message: [UInt8]

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var rest: [RPCRequestPart<[UInt8]>]

        mutating func next() async throws -> RPCRequestPart<[UInt8]>? { rest.popLast() }

        mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> RPCRequestPart<[UInt8]>? { rest.popLast() }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(rest: [.message(message), .metadata(metadata)])
    }
}
