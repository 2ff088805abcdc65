import Foundation
import Glibc
import ShippyCore
import TestSupport
import Testing

/// The command contract, with nothing running.
@Suite struct CommandTests {
    private let home: TemporaryDirectory

    init() throws {
        home = try TemporaryDirectory()
    }

    private func shippy(_ arguments: String..., input: String? = nil, environment: [String: String] = [:]) async throws -> Outcome {
        try await ShippyBinary.run(arguments, home: home.path, input: input, environment: environment)
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func theShellOffersWhatIsThere(shell: String) async throws {
        #expect(try await shippy("user", "create", "ada@example.com").status == 0)
        let words = ["positional@0", "3", "0", "shippy", "user", "get", ""]
        let offered = try await ShippyBinary.run(
            ["---completion", "user", "get", "--"] + words, home: home.path, environment: ["SAP_SHELL": shell, "SAP_SHELL_VERSION": "5.2"])
        #expect(offered.status == 0, "\(offered.errors)")
        #expect(offered.output.contains("ada@example.com"))
    }

    @Test func aUserItsEventAndItsMail() async throws {
        let created = try await shippy("user", "create", "ada@example.com", "--name", "Ada Lovelace", "--company", "Analytical", "-o", "json")
        #expect(created.status == 0)
        #expect(created.errors.contains("this command runs the services itself"))
        let user = try #require(try created.objects().first)
        #expect(Set(user.keys) == ["id", "name", "company", "email", "created_at"])

        let event = try #require(try await shippy("events", "tail", "--all", "--at-end", "-o", "jsonl").objects().first)
        #expect(event["seq"] as? Int == 1)
        #expect((event["data"] as? [String: Any])?["id"] as? String == user["id"] as? String)

        let mail = try #require(try await shippy("mail", "list", "-o", "jsonl").objects().first)
        #expect(mail["state"] as? String == "sent")
        #expect(mail["event_id"] as? String == event["id"] as? String)
        #expect(mail["next_attempt_at"] is NSNull)

        let folder = try FileManager.default.contentsOfDirectory(atPath: home("mail/new"))
        #expect(folder.count == 1)
        let text = try String(contentsOfFile: home("mail/new/\(folder[0])"), encoding: .utf8)
        #expect(text.contains("Message-ID: <\(event["id"] as? String ?? "?")@localhost>"))
        #expect(text.contains("X-Request-Id: \((event["headers"] as? [String: String])?["X-Request-Id"] ?? "?")"))
    }

    @Test func usersComeAndGo() async throws {
        for name in ["a", "b", "c"] { #expect(try await shippy("user", "create", "\(name)@example.com").status == 0) }
        #expect(
            try await shippy("user", "list", "-o", "jsonl").objects().map { $0["email"] as? String } == [
                "a@example.com", "b@example.com", "c@example.com",
            ])
        let first = try await shippy("user", "list", "--limit", "1", "-o", "jsonl").objects()
        let rest = try await shippy("user", "list", "--after", first[0]["id"] as? String ?? "", "-o", "json")
        #expect((try JSONSerialization.jsonObject(with: Data(rest.output.utf8)) as? [Any])?.count == 2)
        #expect(try await shippy("user", "get", "B@example.com").output.contains("b@example.com"))
        #expect(try await shippy("user", "delete", "b@example.com").status == 0)
        #expect(try await shippy("user", "get", "b@example.com").status == 66)
        #expect(try await shippy("user", "list", "-o", "jsonl").lines.count == 2)
    }

    @Test func shortNamesDoTheSame() async throws {
        for name in ["a", "b"] { #expect(try await shippy("users", "add", "\(name)@example.com").status == 0) }
        #expect(try await shippy("users", "ls", "-n", "1", "-o", "jsonl").objects().map { $0["email"] as? String } == ["a@example.com"])
        let removed = try await shippy("user", "rm", "-f", "a@example.com")
        #expect(removed.status == 0 && removed.errors.contains("mails are kept"))
        #expect(try await shippy("user", "ls", "--count").output == "1\n")
    }

    @Test func usersAreFoundAndCounted() async throws {
        for name in ["ada", "bob", "grace"] {
            #expect(try await shippy("user", "create", "\(name)@example.com", "--name", "\(name.capitalized) King").status == 0)
        }
        func emails(_ arguments: String...) async throws -> [String] {
            try await ShippyBinary.run(["user", "list", "-o", "jsonl"] + arguments, home: home.path).objects().map { $0["email"] as? String ?? "" }
        }
        #expect(try await emails("--match", "RAC") == ["grace@example.com"])
        #expect(try await emails("--match", "king", "--newest") == ["grace@example.com", "bob@example.com", "ada@example.com"])
        #expect(try await emails("--newest", "--limit", "2") == ["grace@example.com", "bob@example.com"])
        #expect(try await emails("--since", "1h", "--until", "0s").count == 3)
        #expect(try await emails("--until", "1h") == [])
        #expect(try await shippy("user", "list", "--match", "king", "--count").output == "3\n")
        #expect(try await shippy("user", "list", "--count", "-o", "json", "--match", "ada").output == "{\"count\":1}\n")
        #expect(try await shippy("user", "list", "--match", " ").status == 65)
    }

    @Test func statusesSayWhatWentWrong() async throws {
        #expect(try await shippy("user", "create", "ada@example.com").status == 0)
        #expect(try await shippy("user", "create", "ADA@example.com").status == 65)
        #expect(try await shippy("user", "create", "not an address").status == 65)
        #expect(try await shippy("user", "get", "nobody").status == 66)
        #expect(try await shippy("mail", "show", "nothing").status == 66)
        #expect(try await shippy("registry", "deregister", "users", "nothing").status == 66)
        #expect(try await shippy("nonsense").status == 64)
        #expect(try await shippy("events", "tail", "--since", "soon").status == 64)
        #expect(try await shippy("events", "tail", "a..b", "--at-end").status == 64)
        #expect(try await shippy("status", "--store", "mysql://x").status == 64)
        #expect(try await shippy("up", "--users-http", "nowhere").status == 64)
        #expect(try await shippy("up", "--users-http", "0.0.0.0:0").status == 64)
        #expect(try await shippy("up", "--mailer", "smtp://u:canary@h:1").status == 64)
        #expect(try await shippy("status", "--config", home("none.yaml")).status == 64)
        #expect(try await shippy("--help").status == 0)
        #expect(try await shippy("--version").output.hasPrefix("0."))
        for outcome in [try await shippy("user", "get", "x\u{1b}[2J"), try await shippy("events", "tail", "\u{1b}]52;c;x")] {
            #expect(outcome.status != 0)
            #expect(!outcome.errors.contains("\u{1b}"))
        }
    }

    @Test func anIdempotencyKeyHoldsOverProcesses() async throws {
        let arguments = ["user", "create", "ada@example.com", "--idempotency-key", "k1", "-o", "json"]
        let first = try await ShippyBinary.run(arguments, home: home.path)
        let second = try await ShippyBinary.run(arguments, home: home.path)
        #expect(second.status == 0)
        #expect(try first.objects()[0]["id"] as? String == second.objects()[0]["id"] as? String)
        #expect(try await shippy("events", "tail", "--all", "--at-end", "-o", "jsonl").lines.count == 1)
        #expect(try await shippy("user", "create", "bob@example.com", "--idempotency-key", "k1").status == 65)
    }

    @Test func anImportGoesOnAfterBadRowsAndWhenRunAgain() async throws {
        var rows = (0..<1200).map { #"{"email":"u\#($0)@example.com","name":"N\#($0)"}"# }
        rows.insert("broken", at: 10)
        rows.insert(#"{"email":"no address"}"#, at: 700)
        let first = try await shippy("user", "import", "-", "--no-mail", "-o", "json", input: rows.prefix(600).joined(separator: "\n"))
        #expect(first.status == 65)
        #expect(first.errors.contains("line 11: "))
        #expect(try first.objects()[0]["created"] as? Int == 599)
        let second = try await shippy("user", "import", "-", "--no-mail", "-o", "json", input: rows.joined(separator: "\n"))
        let summary = try second.objects()[0]
        #expect(summary["created"] as? Int == 601)
        #expect(summary["present"] as? Int == 599)
        #expect(summary["failed"] as? Int == 2)
        #expect(try await shippy("mail", "list").lines.count == 1)
        #expect(try await shippy("user", "export").lines.count == 1200)
        let check = try await shippy("user", "import", "-", "--dry-run", "-o", "json", input: #"{"email":"new@example.com"}"#)
        #expect(try check.objects()[0]["created"] as? Int == 1)
        #expect(try await shippy("user", "get", "new@example.com").status == 66)
    }

    /// Also when nothing is imported.
    @Test(arguments: [[], ["--dry-run"]])
    func weakPasswordsAreReportedByTheirLine(options: [String]) async throws {
        let rows = ["Password1", "correct horse", "seven77"].enumerated().map { #"{"email":"u\#($0)@example.com","password":"\#($1)"}"# }
        let outcome = try await ShippyBinary.run(
            ["user", "import", "-", "-o", "json"] + options, home: home.path, input: rows.joined(separator: "\n"))
        let summary = try outcome.objects()[0]
        #expect(summary["created"] as? Int == 1 && summary["failed"] as? Int == 2)
        #expect(outcome.errors.contains("line 1: password is one of the most common ones"))
        #expect(outcome.errors.contains("line 3: password is too short: use at least 8 characters"))
        #expect(!outcome.errors.contains("Password1") && !outcome.errors.contains("seven77"))
    }

    @Test func anExportIsAnImport() async throws {
        for (email, name) in [("a@example.com", "=cmd()"), ("b@example.com", "two\nlines, \"quoted\""), ("c@example.com", "Ünï 漢字")] {
            #expect(try await shippy("user", "create", email, "--name", name).status == 0)
        }
        let other = try TemporaryDirectory()
        for format in ["csv", "jsonl"] {
            let file = try await shippy("user", "export", "--format", format)
            try file.output.write(toFile: other("users.\(format)"), atomically: true, encoding: .utf8)
            let imported = try await ShippyBinary.run(["user", "import", other("users.\(format)"), "--no-mail"], home: other("home-\(format)"))
            #expect(imported.status == 0, "\(imported.errors)")
            let names = try await ShippyBinary.run(["user", "list", "-o", "jsonl"], home: other("home-\(format)")).objects().map {
                $0["name"] as? String
            }
            #expect(names == ["=cmd()", "two\nlines, \"quoted\"", "Ünï 漢字"])
        }
    }

    @Test func aTailShowsWhatItIsAskedFor() async throws {
        for number in 1...5 {
            let body = #"{"id":"\#(number)","name":"N\#(number)","company":"","email":"u\#(number)@example.com"}"#
            #expect(try await shippy("events", "publish", "user.created", "--header", "n=\(number)", input: body).status == 0)
        }
        #expect(try await shippy("events", "publish", "demo.text", input: "hello \u{1b}[2J").status == 0)
        func numbers(_ arguments: String...) async throws -> [Int] {
            try await ShippyBinary.run(["events", "tail"] + arguments + ["--at-end", "-o", "jsonl"], home: home.path).objects().compactMap {
                $0["seq"] as? Int
            }
        }
        #expect(try await numbers("--all") == [1, 2, 3, 4, 5])
        #expect(try await numbers() == [])
        #expect(try await numbers("--last", "2") == [4, 5])
        #expect(try await numbers("--from-seq", "4") == [4, 5])
        #expect(try await numbers("--since", "1h", "--count", "2") == [1, 2])
        #expect(try await numbers("--all", "--until", "1h") == [])
        #expect(try await numbers("--all", "--filter", "name=N3") == [3])
        #expect(try await numbers("--all", "--grep", "u5@") == [5])
        #expect(try await numbers("--all", "--filter", "header.n=2") == [2])
        #expect(try await numbers(">", "--all") == [1, 2, 3, 4, 5, 6])
        let text = try await shippy("events", "tail", "demo.*", "--all", "--at-end")
        #expect(text.output.contains("hello \\u001b[2J"))
        #expect(!text.output.contains("\u{1b}"))
        #expect(try await shippy("events", "tail", "--all", "--idle-timeout", "200ms", "--stats").errors.contains("5 shown of 5 events"))
        let again = try await shippy("events", "publish", "user.created", "--id", "same", "-o", "json", input: "{}")
        let duplicate = try await shippy("events", "publish", "user.created", "--id", "same", "-o", "json", input: "{}")
        #expect(try again.objects()[0]["duplicate"] as? Bool == false)
        #expect(try duplicate.objects()[0]["duplicate"] as? Bool == true)
    }

    @Test func aClosedPipeIsAQuietEnd() async throws {
        let rows = (0..<2000).map { #"{"email":"u\#($0)@example.com"}"# }.joined(separator: "\n")
        #expect(try await shippy("user", "import", "-", "--no-mail", input: rows).status == 0)
        for command in ["events tail --all", "user list --all -o jsonl", "user export"] {
            let outcome = try await ShippyBinary.shell("$shippy \(command) | head -1; echo ${PIPESTATUS[0]}", home: home.path)
            #expect(outcome.lines.last == "0", "\(command)")
            #expect(outcome.errors.isEmpty || !outcome.errors.contains("rror"), "\(outcome.errors)")
        }
        // Nothing more comes, and nobody reads: it ends all the same.
        let quiet = try await ShippyBinary.shell("$shippy events tail --new | true; echo ${PIPESTATUS[0]}", home: home.path)
        #expect(quiet.lines == ["0"])
    }

    @Test func passwordsComeFromAnywhereButAnArgument() async throws {
        #expect(try await shippy("user", "create", "a@example.com", "--password-stdin", input: "correct horse\n").status == 0)
        try "correct horse\n".write(toFile: home("password"), atomically: true, encoding: .utf8)
        #expect(try await shippy("user", "create", "b@example.com", "--password-file", home("password")).status == 0)
        #expect(try await shippy("user", "create", "c@example.com", "--password", "x").status == 64)
        #expect(try await shippy("user", "create", "d@example.com", "--password-stdin", input: String(repeating: "x", count: 73)).status == 65)
        let all = try await shippy("user", "export").output
        #expect(!all.contains("$2b$") && !all.contains("horse"))
    }

    @Test func filesAreForTheirOwnerAlone() async throws {
        let outcome = try await ShippyBinary.shell(
            "umask 000; $shippy user create a@example.com; find $SHIPPY_HOME -printf '%m %y %p\\n'", home: home("new"))
        let modes = outcome.lines.filter { $0.contains(" d ") || $0.contains(" f ") }
        #expect(modes.count > 8)
        for line in modes { #expect(line.hasPrefix(line.contains(" d ") ? "700 " : "600 "), "\(line)") }
    }

    @Test func linksAndForeignDirectoriesAreRefused() async throws {
        try FileManager.default.createSymbolicLink(atPath: home("shippy.db"), withDestinationPath: home("elsewhere"))
        #expect(try await shippy("user", "list").status == 77)
        #expect(try await ShippyBinary.run(["user", "list"], home: "/proc/1").status == 77)
        try "x".write(toFile: home("file"), atomically: true, encoding: .utf8)
        #expect(try await ShippyBinary.run(["user", "list"], home: home("file")).status == 77)
    }

    @Test func aDirectoryThatOthersMayWriteIsRefused() async throws {
        try FileManager.default.createDirectory(atPath: home("open"), withIntermediateDirectories: true)
        for mode in [0o777, 0o770] as [mode_t] {
            chmod(home("open"), mode)
            let outcome = try await ShippyBinary.run(["user", "list"], home: home("open"))
            #expect(outcome.status == 77)
            #expect(outcome.errors.contains("chmod 700 \(home("open"))"))
        }
        chmod(home("open"), 0o755)
        #expect(try await ShippyBinary.run(["user", "list"], home: home("open")).status == 0)
        try FileManager.default.createSymbolicLink(atPath: home("link"), withDestinationPath: home("open"))
        #expect(try await ShippyBinary.run(["user", "list"], home: home("link")).status == 77)
    }

    @Test func filesThatOthersMayReadAreClosed() async throws {
        #expect(try await shippy("user", "create", "a@example.com").status == 0)
        for name in ["shippy.db", "registry.db"] { chmod(home(name), 0o644) }
        #expect(try await shippy("status").status == 0)
        for name in ["shippy.db", "registry.db"] {
            var status = stat()
            #expect(stat(home(name), &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600, "\(name)")
        }
    }

    @Test func onlyOurOwnConfigurationAndTemplatesAreBelieved() async throws {
        try "mail-domain: file.example\n".write(toFile: home("config.yaml"), atomically: true, encoding: .utf8)
        #expect(try await shippy("user", "create", "ada").output.contains("ada@file.example"))
        chmod(home("config.yaml"), 0o666)
        let writable = try await shippy("user", "create", "bob")
        #expect(writable.status == 77)
        #expect(writable.errors.contains("chmod go-w"))
        try FileManager.default.removeItem(atPath: home("config.yaml"))

        try FileManager.default.createDirectory(atPath: home("templates"), withIntermediateDirectories: true)
        let template = home("templates/welcome.subject.mustache")
        try "Hello".write(toFile: template, atomically: true, encoding: .utf8)
        #expect(try await shippy("user", "create", "bob").status == 0)
        chmod(template, 0o666)
        #expect(try await shippy("user", "create", "eve").status == 77)
        chmod(template, 0o600)
        chmod(home("templates"), 0o777)
        #expect(try await shippy("user", "create", "eve").status == 77)
        let outside = try TemporaryDirectory()
        try FileManager.default.removeItem(atPath: home("templates"))
        try FileManager.default.createSymbolicLink(atPath: home("templates"), withDestinationPath: outside.path)
        let link = try await shippy("user", "create", "eve")
        #expect(link.status == 77)
        #expect(link.errors.contains("symbolic link to a file outside"))
        // What is named is believed as it is named.
        #expect(try await shippy("user", "create", "eve", environment: ["SHIPPY_TEMPLATES": outside.path]).status == 0)
    }

    @Test func anImportTellsWhatItCannotRead() async throws {
        let outcome = try await shippy(
            "user", "import", "-", "--no-mail", "-o", "json", input: "email,name\na@example.com,A\nb@example.com,\"B\nc@example.com,C\n")
        #expect(outcome.status == 65)
        let summary = try #require(try outcome.objects().first)
        #expect(summary["created"] as? Int == 2)
        #expect(summary["failed"] as? Int == 1)
        #expect(outcome.errors.contains("line 3: column name: this quote is never closed"))
        let unknown = try await shippy("user", "import", "-", input: "email,nmae\nd@example.com,D\n")
        #expect(unknown.status == 65)
        #expect(unknown.errors.contains("did you mean name?"))
        #expect(try await shippy("user", "get", "d@example.com").status == 66)
    }

    @Test func aDamagedDatabaseIsNamed() async throws {
        try String(repeating: "not a database ", count: 1000).write(toFile: home("shippy.db"), atomically: true, encoding: .utf8)
        let outcome = try await shippy("user", "list")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("is damaged"))
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    @Test func rowsEditedInTheDatabaseDoNotReachTheTerminal() async throws {
        #expect(try await shippy("user", "create", "a@example.com", "--name", "x").status == 0)
        try Database.execute(home("shippy.db"), "UPDATE users SET name = 'x' || char(27) || '[2J' || char(155) || char(8238) || char(13)")
        for arguments in [
            ["user", "list"], ["user", "list", "-o", "jsonl"], ["user", "get", "a@example.com"], ["user", "export", "--format", "jsonl"],
        ] {
            let output = try await ShippyBinary.run(arguments, home: home.path).output
            #expect(output.contains("\\u001b[2J"))
            #expect(output.unicodeScalars.allSatisfy { !$0.isUnsafeToShow || $0 == "\n" })
        }
    }

    /// Those of services that a command runs inside itself, too.
    @Test(arguments: [("", false), ("--log-level error", false), ("--log-level info --log-format json", true)])
    func servicesInsideACommandLogAsTheyAreTold(flags: String, areSeen: Bool) async throws {
        let outcome = try await ShippyBinary.run(
            ["user", "create", "ada@example.com"] + flags.split(separator: " ").map(String.init), home: home.path)
        #expect(outcome.status == 0)
        let lines = outcome.errors.split(separator: "\n")
        #expect(lines.first?.hasPrefix("shippy: no service is running in") == true, "\(outcome.errors)")
        let log = lines.dropFirst()
        #expect(log.contains { $0.contains(#""message":"user created""#) } == areSeen, "\(outcome.errors)")
        #expect(log.isEmpty != areSeen)
        for line in log { #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) } }
    }

    @Test(arguments: [#"$'\e[31mfoo'"#, #"user $'\u202e\e]0;x\a'"#, #"user list --limit=$'\e[2J\n5'"#, #"$'--\e[31m\nfoo'"#])
    func noArgumentReachesTheTerminalAsItIs(arguments: String) async throws {
        let outcome = try await ShippyBinary.shell("\"$shippy\" \(arguments)", home: home.path)
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("\\u"), "\(outcome.errors)")
        #expect(outcome.errors.unicodeScalars.allSatisfy { !$0.isUnsafeToShow || $0 == "\n" }, "\(outcome.errors.debugDescription)")
    }

    @Test func anArgumentThatIsNotUTF8IsRefused() async throws {
        let created = try await ShippyBinary.shell(#""$shippy" user create a@example.com --name $'bad\xff\xfebytes'"#, home: home.path)
        #expect(created.status == 64)
        #expect(created.errors == #"shippy: argument "bad\xff\xfebytes" is not valid UTF-8"# + "\n")
        #expect(created.output.isEmpty)
        #expect(try await ShippyBinary.shell(#""$shippy" user $'\xff\e]0;x\a'"#, home: home.path).errors.contains("\u{1b}") == false)
        #expect(try await shippy("user", "get", "a@example.com").status == 66)
        #expect(try await shippy("user", "create", "a@example.com", "--name", "Zoë 漢字").status == 0)
    }
}
