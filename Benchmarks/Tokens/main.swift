import ShippyCore

/// Measures how fast access tokens are verified, on one core. Prints a line of JSON for each round, with numbers of verifications a
/// second:
/// - `library`: the cryptography library alone, with the same key and signatures, which it has parsed before;
/// - `new`: tokens that the verifier has never seen;
/// - `seen`: tokens that it has seen before.
///
/// It fails if the verifier accepts a token whose session has been revoked.
let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 5
let bench = try TokenBench()
try bench.checkRevocation()
for _ in 0..<rounds {
    let rates = try bench.round()
    var json = JSONWriter()
    json.object {
        $0.field("library", Int64(rates.library))
        $0.field("new", Int64(rates.new))
        $0.field("seen", Int64(rates.seen))
    }
    print(String(decoding: json.bytes, as: UTF8.self))
}
