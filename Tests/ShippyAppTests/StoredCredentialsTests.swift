import Foundation
import ShippyConfiguration
import ShippyCore
import Synchronization
import TestSupport
import Testing

@testable import ShippyApp

struct StoredCredentialsTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func stored(_ holder: CredentialsHolder = .home("/here"), patience: Duration = .seconds(30)) -> StoredCredentials {
        var stored = StoredCredentials(file: ContextFile(path: directory("shippy/contexts.yaml")), holder: holder)
        stored.patience = patience
        return stored
    }

    private func login(_ number: Int = 1) -> StoredLogin {
        StoredLogin(
            Login(
                accessToken: "access-\(number)", expiresIn: .seconds(900), refreshToken: "refresh-\(number)", user: Samples.user(), role: .reader),
            at: Timestamp(milliseconds: 1_767_323_045_678), place: "10.0.0.7:8083")
    }

    @Test func aLoginIsKeptForItsHolder() async throws {
        let login = login()
        try await stored().updateLogin { before in
            #expect(before == nil)
            return login
        }
        #expect(StoredLogin(try await stored().load()) == login)
        #expect(try await stored(.home("/there")).load().isEmpty)
        try await stored().updateLogin { _ in nil }
        #expect(try await stored().load().isEmpty)
    }

    @Test func withoutALoginNothingIsCreated() async throws {
        #expect(try await stored().load().isEmpty)
        #expect(!FileManager.default.fileExists(atPath: directory("shippy")))
    }

    @Test func aTokenForProgramsStaysBesideALogin() async throws {
        try stored().file.change { try $0.setCredentials(Credentials(apiToken: "t"), of: .home("/here")) }
        try await stored().updateLogin { _ in login() }
        #expect(try await stored().load().apiToken == "t")
        try await stored().updateLogin { _ in nil }
        #expect(try await stored().load() == Credentials(apiToken: "t"))
    }

    @Test func aFailedChangeLeavesTheLoginAsItWas() async throws {
        let login = login()
        try await stored().updateLogin { _ in login }
        await #expect(throws: ShippyError.self) { try await stored().updateLogin { _ in throw ShippyError(.failed, "") } }
        #expect(StoredLogin(try await stored().load()) == login)
        // And the lock is free.
        try await stored(patience: .seconds(1)).updateLogin { $0 }
    }

    @Test func noTextOfALoginHasAToken() {
        let login = login()
        var dumped = ""
        dump(login, to: &dumped)
        for text in ["\(login)", String(reflecting: login), "\(CommandCredential.login(login))", dumped] {
            #expect(!text.contains("access-") && !text.contains("refresh-"), "\(text)")
        }
    }

    @Test func changesByManyAreMadeOneAfterAnother() async throws {
        try await withThrowingTaskGroup { group in
            for number in 1...20 {
                group.addTask { _ = try await stored(.home("/home-\(number)")).updateLogin { _ in login(number) } }
            }
            try await group.waitForAll()
        }
        for number in 1...20 { #expect(try await stored(.home("/home-\(number)")).load().accessToken == "access-\(number)") }
    }

    @Test func aChangeMayTakeAsLongAsACall() async throws {
        let isHeld = Mutex(false)
        let isDone = Mutex(false)
        async let holder: Void = {
            _ = try await stored().updateLogin { login in
                isHeld.withLock { $0 = true }
                try await eventually("the other gives up") { isDone.withLock { $0 } }
                return login
            }
        }()
        try await eventually("the lock is held") { isHeld.withLock { $0 } }
        // The file itself can be read and changed meanwhile.
        try stored().file.change { try $0.add(Context(name: "production")) }
        #expect(try await stored().load().isEmpty)
        let error = await #expect(throws: ShippyError.self) { try await stored(patience: .milliseconds(50)).updateLogin { $0 } }
        #expect(error?.code == .unavailable && error?.message.contains("locked") == true)
        isDone.withLock { $0 = true }
        try await holder
    }
}
