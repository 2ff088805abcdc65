import Foundation
import ShippyCore
import TestSupport
import Testing

@Suite struct PrivateFileTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func make(_ name: String, mode: mode_t) throws -> String {
        try FileManager.default.createDirectory(atPath: directory(name), withIntermediateDirectories: true)
        #expect(chmod(directory(name), mode) == 0)
        return directory(name)
    }

    private func mode(_ path: String) throws -> mode_t {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return status.st_mode & 0o7777
    }

    private func refusal(_ body: () throws -> Void) -> String {
        let error = #expect(throws: ShippyError.self) { try body() }
        #expect(error?.code == .denied)
        return error?.message ?? ""
    }

    @Test(arguments: [0o644, 0o660, 0o606, 0o777] as [mode_t])
    func aFileThatOthersMayReadIsClosed(mode before: mode_t) throws {
        let path = directory("file")
        try "x".write(toFile: path, atomically: true, encoding: .utf8)
        chmod(path, before)
        try PrivateFile.prepareFile(path)
        #expect(try mode(path) == 0o600)
    }

    @Test func aMissingFileOrDirectoryIsMadeForItsOwner() throws {
        try PrivateFile.prepareDirectory(directory("a/b"))
        try PrivateFile.prepareFile(directory("a/b/file"))
        #expect(try mode(directory("a/b")) == 0o700)
        #expect(try mode(directory("a/b/file")) == 0o600)
    }

    @Test func aLinkIsNoFile() throws {
        try FileManager.default.createSymbolicLink(atPath: directory("link"), withDestinationPath: directory("elsewhere"))
        #expect(refusal { try PrivateFile.prepareFile(directory("link")) }.contains("symbolic link"))
    }

    @Test(arguments: [0o777, 0o770, 0o720, 0o702] as [mode_t])
    func aDirectoryThatOthersMayWriteIsRefused(mode: mode_t) throws {
        let path = try make("open", mode: mode)
        for message in [refusal { try PrivateFile.checkDirectory(path) }, refusal { try PrivateFile.prepareDirectory(path) }] {
            #expect(message.contains("chmod 700 \(path)"))
        }
    }

    @Test func aDirectoryThatOthersMayListIsTaken() throws {
        #expect(try PrivateFile.checkDirectory(make("listed", mode: 0o755)))
        #expect(try !PrivateFile.checkDirectory(directory("missing")))
    }

    @Test func anEmptyHomeIsClosed() throws {
        let empty = try make("empty", mode: 0o755)
        try PrivateFile.checkHome(empty)
        #expect(try mode(empty) == 0o700)
        let used = try make("used", mode: 0o755)
        try "x".write(toFile: used + "/file", atomically: true, encoding: .utf8)
        try PrivateFile.checkHome(used)
        #expect(try mode(used) == 0o755)
    }

    @Test func aLinkToADirectoryIsRefused() throws {
        let real = try make("real", mode: 0o700)
        try FileManager.default.createSymbolicLink(atPath: directory("link"), withDestinationPath: real)
        #expect(refusal { try PrivateFile.checkDirectory(directory("link")) }.contains("use its target (\(real))"))
        #expect("\(directory("real"))/../link/./".absolutePath == directory("link"))
        #expect("/a//b/./../../../c".absolutePath == "/c")
        for slashes in ["/", "//", "///"] {
            #expect(refusal { try PrivateFile.checkDirectory(directory("link") + slashes) }.contains("symbolic link"))
        }
    }

    @Test func aDirectoryThatOthersMayReplaceIsRefused() throws {
        let parent = try make("parent", mode: 0o777)
        let path = try make("parent/home", mode: 0o700)
        #expect(refusal { try PrivateFile.checkDirectory(path) }.contains("\(parent) is writable by everyone"))
        #expect(refusal { try PrivateFile.checkDirectory(parent + "/missing") }.contains("chmod o-w"))
        // What the sticky bit protects, and what only its name leads through.
        chmod(parent, 0o1777)
        #expect(try PrivateFile.checkDirectory(path))
        chmod(parent, 0o777)
        try FileManager.default.createSymbolicLink(atPath: directory("way"), withDestinationPath: parent + "/home")
        _ = try make("parent/home/inner", mode: 0o700)
        #expect(refusal { try PrivateFile.checkDirectory(directory("way/inner")) }.contains("is writable by everyone"))
    }

    @Test func aForeignDirectoryIsRefusedByName() throws {
        // Root can make one; for anyone else root's own are foreign.
        var path = "/usr"
        if geteuid() == 0 {
            path = try make("foreign", mode: 0o700)
            try #require(chown(path, 65534, 65534) == 0)
        }
        let message = refusal { try PrivateFile.checkDirectory(path) }
        #expect(message.contains(geteuid() == 0 ? "is owned by nobody; you are root" : "is owned by root; you are "))
    }

    @Test func whatTellsUsWhatToDoMustBeOurs() throws {
        let home = try make("home", mode: 0o700)
        let file = home + "/config.yaml"
        try PrivateFile.checkTrusted("config.yaml", in: home)
        try "a: b".write(toFile: file, atomically: true, encoding: .utf8)
        chmod(file, 0o644)
        try PrivateFile.checkTrusted("config.yaml", in: home)
        for mode in [0o666, 0o664] as [mode_t] {
            chmod(file, mode)
            #expect(refusal { try PrivateFile.checkTrusted("config.yaml", in: home) }.contains("chmod go-w \(file)"))
        }
        if geteuid() == 0 {
            chmod(file, 0o600)
            try #require(chown(file, 65534, 65534) == 0)
            #expect(refusal { try PrivateFile.checkTrusted("config.yaml", in: home) }.contains("is owned by nobody"))
        }
        try FileManager.default.removeItem(atPath: file)
        try "a: b".write(toFile: directory("outside.yaml"), atomically: true, encoding: .utf8)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: directory("outside.yaml"))
        #expect(refusal { try PrivateFile.checkTrusted("config.yaml", in: home) }.contains("is a symbolic link to a file outside \(home)"))
        // As Kubernetes puts files into a volume.
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createDirectory(atPath: home + "/..data", withIntermediateDirectories: true)
        try "a: b".write(toFile: home + "/..data/config.yaml", atomically: true, encoding: .utf8)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "..data/config.yaml")
        try PrivateFile.checkTrusted("config.yaml", in: home)
    }
}
