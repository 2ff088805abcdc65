import Foundation
import ShippyCore
import TestSupport
import Testing

@testable import ShippyConfiguration

/// The file of contexts: its text, who may read it, and changes at the same time.
@Suite struct ContextFileTests {
    private let directory: TemporaryDirectory
    private let file: ContextFile

    init() throws {
        directory = try TemporaryDirectory()
        file = ContextFile(path: directory("config/shippy/contexts.yaml"))
    }

    private func write(_ text: String, mode: Int = 0o600) throws {
        try PrivateFile.prepareDirectory(directory("config/shippy"))
        try text.write(toFile: file.path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
    }

    private func mode(_ path: String) throws -> mode_t {
        var status = stat()
        try #require(lstat(path, &status) == 0)
        return status.st_mode & 0o777
    }

    private func refusal(_ code: ShippyError.Code = .usage, _ body: () throws -> Void) -> String {
        let error = #expect(throws: ShippyError.self) { try body() }
        #expect(error?.code == code)
        return error?.message.replacing(file.path, with: "FILE") ?? ""
    }

    // MARK: Content

    @Test func everythingIsReadAsItWasWritten() throws {
        let values = [
            "postgres://u:p%40ss@db/n?a=b", "null", "true", "1", "~", "a: b # c", "\"'\\", "é 日本", "line\nfeed",
            String(repeating: "long ", count: 100),
        ]
        let settings = Dictionary(uniqueKeysWithValues: values.enumerated().map { ("setting-\($0)", $1) })
        let login = Credentials(
            refreshToken: "r: \"1\"", accessToken: "null", renewAt: Timestamp(milliseconds: 1_767_323_045_678), place: "10.0.0.7:8083")
        try file.change { contexts in
            try contexts.add(Context(name: "production", isProtected: true, settings: settings, credentials: login))
            try contexts.add(Context(name: "null", settings: ["users-address": "10.0.0.7:8083"]))
            try contexts.use("production")
            try contexts.setCredentials(Credentials(apiToken: "t"), of: .home("/home/ada/it's: here"))
        }
        let contexts = try file.load()
        #expect(contexts.current == "production")
        #expect(contexts.all.map(\.name) == ["null", "production"])
        let production = try contexts.context("production")
        #expect(production.isProtected && production.settings == settings && production.credentials == login)
        #expect(contexts.credentials(of: .context("production")) == login)
        #expect(contexts.credentials(of: .home("/home/ada/it's: here")) == Credentials(apiToken: "t"))
        #expect(contexts.credentials(of: .home("/home/ada")).isEmpty)
        #expect(contexts.credentials(of: .context("none")).isEmpty)
    }

    @Test func aHandWrittenFileIsRead() throws {
        try write(
            """
            # ours
            current: production
            contexts:
              production:
                protected: yes
                settings:
                  store: postgres://db/shippy
                  registry: etcd://10.0.0.1:2379
              empty:
              later:
                settings: {from-a-later-release: 7}
            """)
        let contexts = try file.load()
        #expect(contexts.current == "production")
        #expect(try contexts.context("production").isProtected)
        #expect(try contexts.context("production").settings == ["store": "postgres://db/shippy", "registry": "etcd://10.0.0.1:2379"])
        #expect(try contexts.context("production").lines == ["store": 7, "registry": 8])
        #expect(try contexts.context("empty").settings.isEmpty)
        // What this release does not know is not lost.
        try file.change { try $0.remove("empty") }
        #expect(try file.load().context("later").settings == ["from-a-later-release": "7"])
    }

    @Test(arguments: [
        ("contexts: [a]", "FILE, line 1: write NAME: VALUE"),
        ("canary", "FILE, line 1: write NAME: VALUE"),
        ("curent: a", "FILE, line 1: unknown key: did you mean current?"),
        ("a: 1", "FILE, line 1: unknown key: use current, contexts, homes"),
        ("contexts:\n  a:\n    setings: {}", "FILE, line 3: unknown key: did you mean settings?"),
        ("contexts:\n  a:\n    protected: canary", "FILE, line 3: cannot parse protected: use true or false"),
        ("contexts:\n  a:\n    settings:\n      store: [canary]", "FILE, line 4: use one plain value"),
        ("contexts:\n  canary b: {}", "FILE, line 2: not a context name: use 1 to 64 letters, digits, dots, dashes and underscores"),
        (
            "contexts: {a: {credentials: {password: canary}}}",
            "FILE, line 1: unknown key: use refresh-token, access-token, renew-at, place, api-token"
        ),
        ("contexts:\n  a: {}\n  a: {}", "FILE, line 2: this setting appears twice"),
        ("contexts: \"canary", "FILE, line 1: invalid YAML at column 18: check quotes, indentation and colons"),
    ])
    func problemsAreNamedWithTheirLine(text: String, message: String) throws {
        try write(text)
        let refused = refusal { _ = try file.load() }
        #expect(refused == message)
        #expect(refusal { try file.change { try $0.use(nil) } } == message, "what cannot be read is not overwritten")
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == text)
    }

    @Test func credentialsAreNeverPartOfAText() {
        let credentials = Credentials(refreshToken: "canary", accessToken: "canary", apiToken: "canary")
        let context = Context(name: "a", settings: ["store": "postgres://u:canary@db/n", "unknown": "canary"], credentials: credentials)
        var dumped = "\(credentials) \(String(reflecting: credentials)) "
        dump(credentials, to: &dumped)
        dump(context.credentials, to: &dumped)
        dumped += "\(context.shownSettings)"
        #expect(!dumped.contains("canary"))
        #expect(dumped.contains("login, API token"))
        #expect(context.shownSettings.map(\.value) == ["postgres://…@db/…", "…"])
    }

    // MARK: Changes

    @Test func namesAreUniqueAndCanBeTyped() throws {
        try file.change { try $0.add(Context(name: "production")) }
        for name in ["", " ", "a b", "-a", ".a", "a/b", "é", "a\n", String(repeating: "a", count: 65)] {
            #expect(refusal { try file.change { try $0.add(Context(name: name)) } }.contains("use 1 to 64 letters"))
        }
        #expect(
            refusal(.conflict) { try file.change { try $0.add(Context(name: "production")) } }
                == "context production already exists: choose another name, or replace it with --replace")
        try file.change { try $0.add(Context(name: "production", isProtected: true), isReplacing: true) }
        #expect(try file.load().context("production").isProtected)
    }

    @Test func anUnknownContextHasALikelyName() throws {
        #expect(refusal(.notFound) { try file.change { try $0.use("production") } } == #"no context "production": `shippy context add` adds one"#)
        try file.change { try $0.add(Context(name: "production")) }
        #expect(refusal(.notFound) { try file.change { try $0.use("prodution") } } == #"no context "prodution": did you mean production?"#)
        #expect(
            refusal(.notFound) { try file.change { try $0.remove("x\u{1b}") } }
                == #"no context "x\u001b": `shippy context list` lists all contexts"#)
        #expect(refusal(.notFound) { try file.change { try $0.setCredentials(Credentials(), of: .context("gone")) } }.hasPrefix("no context"))
    }

    @Test func removingTheCurrentContextLeavesNone() throws {
        try file.change { contexts in
            try contexts.add(Context(name: "a", credentials: Credentials(apiToken: "t")))
            try contexts.add(Context(name: "b"))
            try contexts.use("a")
        }
        try file.change { try $0.remove("b") }
        #expect(try file.load().current == "a")
        try file.change { try $0.remove("a") }
        #expect(try file.load().current == nil)
        #expect(try file.load().credentials(of: .context("a")).isEmpty)
    }

    @Test func noCredentialsLeaveNoTrace() throws {
        try file.change { try $0.setCredentials(Credentials(apiToken: "t"), of: .home("/h")) }
        try file.change { try $0.setCredentials(Credentials(), of: .home("/h")) }
        #expect(try !String(contentsOfFile: file.path, encoding: .utf8).contains("/h"))
    }

    @Test func aChangeThatFailsChangesNothing() throws {
        try file.change { try $0.add(Context(name: "a")) }
        let before = try String(contentsOfFile: file.path, encoding: .utf8)
        #expect(throws: CancellationError.self) {
            try file.change { contexts in
                try contexts.remove("a")
                throw CancellationError()
            }
        }
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == before)
    }

    @Test func noChangeIsLostAmongManyWriters() async throws {
        let file = file
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    try await onThread {
                        for number in 0..<5 { try file.change { try $0.add(Context(name: "c\(writer).\(number)")) } }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try file.load().all.count == 40)
    }

    // MARK: Files

    @Test func onlyTheOwnerCanReadIt() throws {
        try file.change { try $0.add(Context(name: "a")) }
        #expect(try mode(file.path) == 0o600)
        #expect(try mode(file.path + ".lock") == 0o600)
        #expect(try mode(directory("config/shippy")) == 0o700)
        for mode in [0o640, 0o604, 0o660, 0o644] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
            #expect(refusal(.denied) { _ = try file.load() } == "FILE can be read by other users, and may contain passwords: run `chmod 600 FILE`")
            #expect(refusal(.denied) { try file.change { try $0.use("a") } }.contains("chmod 600"))
        }
    }

    @Test func aLinkOrAnOpenDirectoryIsRefused() throws {
        try write("contexts: {}")
        try FileManager.default.moveItem(atPath: file.path, toPath: directory("elsewhere.yaml"))
        #expect(symlink(directory("elsewhere.yaml"), file.path) == 0)
        #expect(refusal(.denied) { _ = try file.load() } == "FILE is a symbolic link: put the file itself there")
        #expect(refusal(.denied) { try file.change { try $0.use(nil) } }.contains("symbolic link"))
        unlink(file.path)
        try write("contexts: {}")
        chmod(directory("config/shippy"), 0o770)
        #expect(refusal(.denied) { _ = try file.load() }.contains("is writable by other users"))
    }

    @Test func aPipeAndAHugeFileAreRefused() throws {
        try PrivateFile.prepareDirectory(directory("config/shippy"))
        #expect(mkfifo(file.path, 0o600) == 0)
        #expect(refusal(.denied) { _ = try file.load() } == "FILE is not a regular file")
        unlink(file.path)
        try write(String(repeating: "#", count: 2 << 20))
        #expect(refusal(.tooLarge) { _ = try file.load() } == "FILE is larger than 1048576 bytes")
    }

    @Test func withoutAFileThereAreNoContexts() throws {
        #expect(try file.load() == Contexts())
        #expect(file.names.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: directory("config")), "looking creates nothing")
    }

    /// The process died while it wrote.
    @Test func whatACrashLeftIsIgnored() throws {
        try file.change { try $0.add(Context(name: "a")) }
        try "contexts:\n  hal".write(toFile: file.path + ".new", atomically: false, encoding: .utf8)
        #expect(file.names == ["a"])
        try file.change { try $0.add(Context(name: "b")) }
        #expect(file.names == ["a", "b"])
        #expect(!FileManager.default.fileExists(atPath: file.path + ".new"))
    }

    @Test func itsPlaceIsTheUsers() {
        #expect(ContextFile(environment: ["HOME": "/home/ada"]).path == "/home/ada/.config/shippy/contexts.yaml")
        #expect(ContextFile(environment: ["HOME": "/home/ada", "XDG_CONFIG_HOME": ""]).path == "/home/ada/.config/shippy/contexts.yaml")
        #expect(ContextFile(environment: ["HOME": "/home/ada", "XDG_CONFIG_HOME": "relative"]).path == "/home/ada/.config/shippy/contexts.yaml")
        #expect(ContextFile(environment: ["HOME": "/home/ada", "XDG_CONFIG_HOME": "/etc/x"]).path == "/etc/x/shippy/contexts.yaml")
    }
}

/// Runs a call that blocks on a thread of its own.
private func onThread(_ body: @escaping @Sendable () throws -> Void) async throws {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}
