import Crypto
import ShippyCore
import Synchronization

/// The SHA-256 of a token's whole text, the signature included.
struct TokenDigest: Hashable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    init(_ text: String) {
        var text = text
        let digest = text.withUTF8 { SHA256.hash(data: UnsafeRawBufferPointer($0)) }
        words = digest.withUnsafeBytes { bytes in
            func word(_ index: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self) }
            return (word(0), word(1), word(2), word(3))
        }
    }

    static func == (left: TokenDigest, right: TokenDigest) -> Bool { left.words == right.words }

    /// One word of a digest is as random as all of it.
    func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

    /// - Parameter count: a power of two.
    func shard(of count: Int) -> Int { Int(truncatingIfNeeded: words.1) & (count - 1) }
}

/// An access token whose signature has been verified. A class, so that finding it copies one pointer.
final class VerifiedToken: Sendable {
    let token: AccessToken

    init(_ token: AccessToken) { self.token = token }
}

/// A cache of verified tokens, of limited size. It says only that a signature was valid: whoever uses it checks everything that
/// time and revocations change.
final class VerifiedTokens: Sendable {
    /// Two generations. When the young one is full, or older than any token's validity, it becomes the old one, and the old one is
    /// dropped. A token that is used moves to the young one.
    private struct Generations {
        var young: [TokenDigest: VerifiedToken] = [:]
        var old: [TokenDigest: VerifiedToken] = [:]
        var since = Timestamp(milliseconds: 0)
    }

    private final class Shard: Sendable {
        let generations = Mutex(Generations())
    }

    private static let shardCount = 16
    private let shards = (0..<shardCount).map { _ in Shard() }
    /// Of one generation of one shard.
    private let generationLimit: Int

    init(limit: Int) {
        generationLimit = max(1, limit / Self.shardCount / 2)
    }

    var count: Int {
        shards.reduce(0) { $0 + $1.generations.withLock { $0.young.count + $0.old.count } }
    }

    func find(_ digest: TokenDigest) -> VerifiedToken? {
        shards[digest.shard(of: Self.shardCount)].generations.withLock { generations in
            if let token = generations.young[digest] { return token }
            guard let token = generations.old.removeValue(forKey: digest) else { return nil }
            add(token, digest, &generations)
            return token
        }
    }

    func insert(_ token: AccessToken, as digest: TokenDigest, at now: Timestamp) {
        let token = VerifiedToken(token)
        shards[digest.shard(of: Self.shardCount)].generations.withLock { generations in
            // Also after the clock was set back by much.
            if abs(now.milliseconds - generations.since.milliseconds) > AccessToken.lifetime.milliseconds {
                generations.old = generations.young
                generations.young = [:]
                generations.since = now
            }
            add(token, digest, &generations)
        }
    }

    private func add(_ token: VerifiedToken, _ digest: TokenDigest, _ generations: inout Generations) {
        if generations.young.count >= generationLimit {
            generations.old = generations.young
            generations.young = [:]
        }
        generations.young[digest] = token
    }
}
