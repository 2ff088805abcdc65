import Crypto
import Foundation
import ShippyCore
import TestSupport
import Testing

@testable import ShippyAccess

struct AccessSecretTests {
    private let directory: TemporaryDirectory
    private static let digits = String(repeating: "0123456789abcdef", count: 4)

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func write(_ text: String, mode: mode_t = 0o600) throws -> String {
        let path = directory("secret")
        try Data(text.utf8).write(to: URL(filePath: path))
        try #require(chmod(path, mode) == 0)
        return path
    }

    private func refusal(_ path: String) -> ShippyError? {
        #expect(throws: ShippyError.self) { try AccessSecret.load(path) }
    }

    private func isSame(_ one: AccessSecret, _ other: AccessSecret) -> Bool {
        one.sealingKey == other.sealingKey && one.refreshTokenKey == other.refreshTokenKey && one.ownerTokenKey == other.ownerTokenKey
    }

    @Test func aSecretIsMadeOnceForItsOwnerAlone() throws {
        let path = directory("secret")
        let before = umask(0)
        defer { umask(before) }
        let made = try AccessSecret.loadOrMake(path)
        #expect(isSame(made, try AccessSecret.loadOrMake(path)))
        #expect(isSame(made, try AccessSecret.load(path)))
        var status = stat()
        try #require(stat(path, &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o600)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.wholeMatch(of: #/[0-9a-f]{64}\n/#) != nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["secret"])
        #expect(!isSame(made, try AccessSecret.loadOrMake(directory("other"))))
    }

    @Test func manyThatMakeASecretAtOnceGetTheSameOne() async throws {
        let path = directory("secret")
        // Left by a process that died.
        try Data("half".utf8).write(to: URL(filePath: path + ".new"))
        let secrets = try await withThrowingTaskGroup(of: AccessSecret.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await withCheckedThrowingContinuation { continuation in
                        Thread.detachNewThread { continuation.resume(with: Result { try AccessSecret.loadOrMake(path) }) }
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(secrets.count == 8 && secrets.allSatisfy { isSame($0, secrets[0]) })
    }

    @Test(arguments: [digits, digits + "\n", digits + "\r\n", digits.uppercased() + "\n"])
    func theDigitsOfASecretAreRead(text: String) throws {
        let bytes = (0..<32).map { [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef][$0 % 8] as UInt8 }
        #expect(isSame(try AccessSecret.load(try write(text)), AccessSecret(bytes: bytes)))
    }

    @Test(arguments: [
        "", "\n", "x", String(digits.dropLast()), digits + "0", digits + "\n\n", String(digits.dropLast()) + "g", " " + digits.dropLast(),
    ])
    func anythingElseIsRefusedWithWhatToDoAndNotShown(text: String) throws {
        let error = refusal(try write(text))
        #expect(error?.code == .usage)
        #expect(error?.message.contains("openssl rand -hex 32") ?? false)
        #expect(error.map { !$0.message.contains(Self.digits.prefix(10)) } ?? false)
    }

    @Test(arguments: [0o604, 0o640, 0o602, 0o620, 0o644, 0o666, 0o777, 0o660] as [mode_t])
    func aSecretThatOthersCanReadOrWriteIsRefused(mode: mode_t) throws {
        let path = try write(Self.digits, mode: mode)
        let error = refusal(path)
        #expect(error?.code == .denied)
        #expect(error?.message.contains("chmod 600 \(path)") ?? false)
    }

    @Test func aMissingSecretIsNotMadeByLoading() {
        let error = refusal(directory("secret"))
        #expect(error?.code == .usage)
        #expect(error?.message.contains("openssl rand -hex 32") ?? false)
        #expect(access(directory("secret"), F_OK) != 0)
    }

    @Test func aDirectoryOrAPipeIsNoSecretAndNothingWaitsForIt() throws {
        #expect(refusal(directory.path)?.code == .denied)
        try #require(mkfifo(directory("pipe"), 0o600) == 0)
        #expect(refusal(directory("pipe"))?.code == .denied)
    }

    @Test func aDirectoryThatIsMissingIsAnError() {
        #expect(throws: ShippyError.self) { try AccessSecret.loadOrMake(directory("missing/secret")) }
    }

    @Test func nothingShowsASecret() throws {
        let secret = try AccessSecret.load(try write(Self.digits))
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped, "\([secret])", String(describing: Mirror(reflecting: secret).children.count)] {
            #expect(!text.contains("0123") && !text.lowercased().contains("key"), "\(text)")
        }
    }

    @Test func eachPurposeHasItsOwnKey() {
        let secret = AccessSecret(bytes: [UInt8](repeating: 7, count: 32))
        let keys = [secret.sealingKey, secret.refreshTokenKey, secret.ownerTokenKey].map { $0.withUnsafeBytes { Array($0) } }
        #expect(Set(keys).count == 3)
        #expect(keys.allSatisfy { $0.count == 32 && $0 != [UInt8](repeating: 7, count: 32) })
        // HKDF-SHA256 by another program: whatever is encrypted today must be readable tomorrow.
        #expect(Base64URL.text(keys[0]) == "8HU5Hk93qgK1XsSwBefvp_zrVjSXaLeF_DluqD3JXvM")
        #expect(Base64URL.text(keys[1]) == "6OFuDP6zvoSvBB4239y5rVdJLiIaKlO3GFXUCoqIs5c")
        #expect(Base64URL.text(keys[2]) == "r15O5mljkKLSkAKnzAnb1ocikn8lPUStOuBBl9-ED1E")
    }
}
