import Foundation
import ShippyCore
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct ImportRowsTests {
    /// Each row as `LINE name` or `LINE: error`.
    private func rows(_ text: String, maps: [String] = [], takesBareNames: Bool = true) async throws -> [String] {
        try await rows([UInt8](text.utf8), maps: maps, takesBareNames: takesBareNames)
    }

    private func rows(_ bytes: [UInt8], maps: [String] = [], takesBareNames: Bool = true) async throws -> [String] {
        let maps = try maps.map { try #require(ColumnMap(argument: $0)) }
        let directory = try TemporaryDirectory()
        try Data(bytes).write(to: URL(fileURLWithPath: directory("users")))
        let rows = try UserRows(path: directory("users"), format: nil, maps: maps, mailDomain: nil, takesBareNames: takesBareNames)
        var seen: [String] = []
        while true {
            let batch = try await rows.nextBatch().items
            if batch.isEmpty { return seen }
            for row in batch {
                seen += row.warnings.map { "\(row.line)? \($0)" }
                switch row.request {
                case .success(let request): seen.append("\(row.line) \(request.email) \(request.name.debugDescription)")
                case .failure(let error): seen.append("\(row.line): \(error.message)")
                }
            }
        }
    }

    private func refusal(_ text: String, maps: [String] = []) async -> String {
        let error = await #expect(throws: ShippyError.self) { try await rows(text, maps: maps) }
        #expect(error?.code == .malformed)
        return error?.message ?? ""
    }

    @Test(arguments: ["plain", "=1+1", "+1", "-1", "@x", "\tx", "'already", "a,b", "quote \" here", "two\nlines", "two\r\nlines", "end\r", "é"])
    func whatIsExportedIsReadAgain(name: String) async throws {
        let user = Samples.user(name: name)
        var csv = CSVLines(isForTerminal: false)
        let text = try csv.lines([ShownUser(record: UserRecord(user: user, role: .user, state: .active), isFull: true)])
        #expect(try await rows(text).filter { !$0.hasPrefix("2?") } == ["2 \(user.email) \(name.debugDescription)"])
    }

    @Test(arguments: ["=1+1", "+1", "-1", "@x", "\tx"])
    func noFormulaStandsAtTheBeginningOfAField(name: String) throws {
        var csv = CSVLines(isForTerminal: false)
        let cell = try csv.lines([ShownUser(record: UserRecord(user: Samples.user(name: name), role: nil, state: nil))]).split(separator: ",")[5]
        #expect(cell.hasPrefix("'") || cell.hasPrefix("\"'"))
    }

    @Test(arguments: [
        #"[{"email":"a@x","name":"A"},{"email":"b@x","name":"} ] \" {"}]"#,
        "\n [ {\"email\": \"a@x\",\n\"name\": \"A\"}\n\n,\n{\"name\":\"} ] \\\" {\", \"email\":\"b@x\"}\r\n]\n\n",
    ])
    func anArrayIsReadWhereverItsLinesEnd(text: String) async throws {
        let names = try await rows(text).map { $0.split(separator: " ", maxSplits: 1)[1] }
        #expect(names == [#"a@x "A""#, #"b@x "} ] \" {""#])
    }

    @Test func anArrayIsReadUpToWhereItIsBroken() async throws {
        #expect(try await rows("[]") == [])
        #expect(try await rows("[{\"email\":\"a@x\"},\n{\"nmae\":\"A\"},{\"email\":7}]").count == 3)
        let long = String(repeating: "a", count: 70_000)
        #expect(try await rows("[{\"email\":\"a@x\"},{\"name\":\"\(long)\"},{\"email\":\"b@x\"}]")[1] == "1: row longer than 65536 bytes")
        #expect(await refusal("[{\"email\":\"a@x\"}\n{\"email\":\"b@x\"}]") == "line 2: expected , or ] after an object")
        #expect(await refusal("[{\"email\":\"a@x\"},\n") == "line 1: expected an object: {\"email\":\"…\",\"name\":\"…\"}")
        #expect(await refusal("[{\"email\":\"a@x\"}") == "line 1: the array is not closed: add ]")
        #expect(await refusal("[\n{\"email\":\"a@x\"") == "line 2: the object that begins here is not closed")
        #expect(await refusal("[1]").hasPrefix("line 1: expected an object"))
        #expect(await refusal("[]\n{}") == "line 2: there is text after the array")
    }

    @Test func columnsAreReadAsWhatTheMapSays() async throws {
        let maps = ["Full Name=name", "E-Mail=email", "phone=-"]
        #expect(try await rows("Full Name;E-MAIL;Phone\nAda;a@x;1\n", maps: maps) == [#"2 a@x "Ada""#])
        #expect(try await rows(#"{"Full Name":"Ada","e-mail":"a@x","Phone":1}"#, maps: maps) == [#"1 a@x "Ada""#])
        #expect(await refusal("name,Full Name,E-Mail,Phone\n", maps: maps) == "line 1: column name appears twice")
        #expect(await refusal("email,name\n", maps: ["Full Name=name"]) == "line 1: the header has no column \"full name\", which --map names")
        #expect(await refusal("email,phone\n").contains("--map"))
        for text in ["name", "=name", "a=", "a=roles"] { #expect(ColumnMap(argument: text) == nil) }
    }

    @Test func whatIsNotImportedIsSaidOnce() async throws {
        let warnings = ["id", "created_at"].map(UserColumns.warning)
        let lines = [#"2 a@x "A""#, #"3 b@x "B""#]
        #expect(try await rows("id,name,email,created_at\n1,A,a@x,2\n1,B,b@x,2\n") == warnings.map { "2? \($0)" } + lines)
        let json = "\n{\"id\":\"1\",\"email\":\"a@x\",\"name\":\"A\"}\n{\"id\":\"2\",\"email\":\"b@x\",\"name\":\"B\"}\n"
        #expect(try await rows(json) == ["2? \(warnings[0])"] + lines)
    }

    private func kept(_ text: String, keepsIDs: Bool = true) async throws -> [Result<KeptUser, ShippyError>] {
        let directory = try TemporaryDirectory()
        try Data(text.utf8).write(to: URL(fileURLWithPath: directory("users")))
        let rows = try UserRows(path: directory("users"), format: nil, mailDomain: nil, keepsIDs: keepsIDs)
        return try await rows.nextBatch().items.map { $0.request.map(\.kept) }
    }

    @Test func whatAUserKeepsIsRead() async throws {
        let all = KeptUser(
            id: "0193d2f4-a87b-7000-a75f-3077a99bc7b9", createdAt: Timestamp(milliseconds: 1_734_417_291_579), passwordHash: "$2b$", role: .admin,
            state: .disabled, isConfirmed: true)
        let json =
            #"{"email":"a@x","id":"0193D2F4-a87b-7000-a75f-3077a99bc7b9","created_at":"2024-12-17T06:34:51.579Z","password_hash":"$2b$","role":"admin","state":"disabled","confirmed":true}"#
        let csv =
            "email,id,created_at,password_hash,role,state,confirmed\na@x,0193d2f4-a87b-7000-a75f-3077a99bc7b9,2024-12-17T07:34:51.579+01:00,$2b$,Admin,disabled,yes\n"
        for text in [json, csv] {
            #expect(try await kept(text) == [.success(all)])
            var withoutID = all
            (withoutID.id, withoutID.createdAt) = (nil, nil)
            #expect(try await kept(text, keepsIDs: false) == [.success(withoutID)])
        }
        #expect(
            try await kept("email,role,state,confirmed,password_hash\na@x,,,,\nb@x,,,no,\n", keepsIDs: false) == [
                .success(KeptUser()), .success(KeptUser(isConfirmed: false)),
            ])
    }

    @Test(arguments: [
        ("role", "canary", "role is not one of user, reader, operator, admin"), ("state", "canary", "state is not one of active, disabled"),
        ("confirmed", "canary", "confirmed is not true or false"),
        ("created_at", "canary", "created_at is not a time: write it as in 2026-01-02T03:04:05.678Z"),
    ])
    func whatCannotBeReadIsNamedWithoutItsValue(field: String, value: String, message: String) async throws {
        for text in ["email,id,\(field)\na@x,1,\(value)\n", #"{"email":"a@x","id":"1","\#(field)":"\#(value)"}"#] {
            #expect(try await kept(text) == [.failure(ShippyError(.malformed, message, field: field))])
        }
        #expect(
            try await kept("email\na@x\n")[0]
                == .failure(
                    ShippyError(.malformed, "id is missing: add it, or import the users without --keep-ids", field: "id")))
    }

    @Test func rowsAreReadOneByOne() async throws {
        #expect(
            try await rows("name,email\nAda,ada@example.com\n\"Two\nlines\",two@example.com\nbroken\nX,not an@address\na,b,c\n\nY,y@example.com") == [
                #"2 ada@example.com "Ada""#, #"3 two@example.com "Two\nlines""#, "5: 1 field, expected 2",
                #"6: email "not an@address" has an invalid character before the @: use letters, digits, dots and !#$%&'*+-/=?^_`{|}~"#,
                "7: 3 fields, expected 2", #"9 y@example.com "Y""#,
            ])
    }

    /// The rows after it are read all the same.
    @Test func aQuoteThatNeverClosesCostsItsOwnRow() async throws {
        #expect(
            try await rows("name,email\nA,a@x\n\"B,b@x\nC,c@x\nD,d@x\n") == [
                #"2 a@x "A""#, "3: column name: this quote is never closed", #"4 c@x "C""#, #"5 d@x "D""#,
            ])
        #expect(
            try await rows("name,email\n\"B,b@x\nC,c@x\n\"Dee, D\",d@x\n") == [
                "2: column name: text after the closing quote on line 4", #"3 c@x "C""#, #"4 d@x "Dee, D""#,
            ])
        // Closed by the stray quote of a later row: what it swallowed looks like rows.
        let swallowed = try await rows("name,email\n\"B,b@x\nC,c@x\nD\",d@x\nE,e@x\n")
        #expect(swallowed.count == 4)
        #expect(swallowed[0] == "2: a quote opened on this line and closed on line 4 spans other rows: close it on this line")
        #expect(swallowed[1] == #"3 c@x "C""#)
        #expect(swallowed[2].hasPrefix("4: column name: quote inside an unquoted value"))
        #expect(swallowed[3] == #"5 e@x "E""#)
        #expect(await refusal("name,\"email\nA,a@x\n").hasPrefix("line 1: column 2: this quote is never closed"))
    }

    @Test func aQuoteInsideAValueIsAnError() async throws {
        let seen = try await rows("name,email\n5\" disk,a@x\n\"5\"\" disk\",b@x\n\"x\"y,c@x\n")
        #expect(seen[0].hasPrefix("2: column name: quote inside an unquoted value"))
        #expect(seen[1] == #"3 b@x "5\" disk""#)
        #expect(seen[2] == "4: column name: text after the closing quote")
    }

    @Test func bytesThatAreNoUTF8AreAnErrorOfTheirRow() async throws {
        let bytes = [UInt8]("name,email\nA,a@x\nM".utf8) + [0xfc] + [UInt8]("ller,b@x\nC,c@x\n".utf8)
        #expect(
            try await rows(bytes) == [#"2 a@x "A""#, "3: not valid UTF-8: save the file as UTF-8", #"4 c@x "C""#])
        let json = [UInt8](#"{"email":"a@x","name":""#.utf8) + [0xfc] + [UInt8]("\"}\n{\"email\":\"b@x\"}".utf8)
        #expect(try await rows(json) == ["1: not valid UTF-8: save the file as UTF-8", #"2 b@x """#])
    }

    @Test func aRowThatIsTooLongIsRejected() async throws {
        let long = String(repeating: "x", count: 70_000)
        for (text, line) in [
            ("email,name\na@x,\(long)\nb@x,B\n", 2), ("{\"email\":\"a@x\",\"name\":\"\(long)\"}\n{\"email\":\"b@x\",\"name\":\"B\"}", 1),
        ] {
            #expect(try await rows(text) == ["\(line): row longer than 65536 bytes", "\(line + 1) b@x \"B\""])
        }
        let lines = String(repeating: "\n" + String(repeating: "y", count: 1000), count: 70)
        let seen = try await rows("email,name\na@x,\"\(lines)\"\nb@x,B\n")
        #expect(seen.first == "2: column name: this quote is not closed within 65536 bytes")
        #expect(seen.last == #"73 b@x "B""#)
    }

    @Test func unknownColumnsAreRefusedBeforeAnyRow() async throws {
        #expect(await refusal("email,pasword\na@x,secret\n") == #"line 1: unknown column "pasword": did you mean password?"#)
        #expect(await refusal("email,E-Mail\n") == #"line 1: unknown column "E-Mail": did you mean email?"#)
        #expect(
            await refusal("email,telephone\n")
                == #"line 1: unknown column "telephone": use email, name, company, password, password_hash, role, state, confirmed, id, created_at, or --map to name its field or leave it out"#
        )
        #expect(await refusal("email,name,email\n") == "line 1: column email appears twice")
        #expect(
            try await rows("{\"email\":\"a@x\",\"pasword\":\"secret\"}\n{\"email\":\"b@x\",\"id\":\"1\",\"name\":null}") == [
                #"1: unknown field "pasword": did you mean password?"#, "2? \(UserColumns.warning("id"))", #"2 b@x """#,
            ])
    }

    @Test func excelsFilesAreRead() async throws {
        #expect(try await rows("\u{feff}Email,Name\r\na@x,A\r\n\"b@x\",\"B\"\r\n") == [#"2 a@x "A""#, #"3 b@x "B""#])
        #expect(try await rows("\u{feff}{\"email\":\"a@x\"}\r\n") == [#"1 a@x """#])
    }

    /// Only the users service knows its domain.
    @Test func aBareNameIsLeftToTheService() async throws {
        #expect(try await rows("email\nada\n") == [#"2 ada """#])
        #expect(try await rows("email\nada\n", takesBareNames: false) == ["2: email is not an e-mail address: use name@domain"])
    }

    /// Nothing but the e-mail address of a bad row is shown.
    @Test(arguments: [
        "{\"email\":\"a@x\",\"password\":\"canary\"", "{\"email\":\"a@x\",\"password\":[\"canary\"]}", "[\"canary\"]", "\"canary\"", "canary",
        "{\"email\":5,\"password\":\"canary\"}", "{\"email\":\"a b@x\",\"password\":\"canary\"}", "{\"password\":\"canary\"}",
        "{\"email\":\"can ary\"}", "{\"can/ary canary!\":1,\"email\":\"a@x\"}",
    ])
    func aBadRowShowsNoSecret(row: String) async throws {
        let seen = try await rows("{\"email\":\"first@x\"}\n" + row)
        #expect(seen.count == 2)
        #expect(seen[1].hasPrefix("2: "))
        #expect(!seen[1].contains("canary") && !seen[1].contains("can ary"), "\(seen[1])")
    }

    @Test(arguments: [
        "a@x,N,canary,more", "a@x,canary", "\"a@x\"canary,N,x", "a@x,N,\"canary", "a@x,N,can\"ary canary", "a b@x,N,canary", "canary word,N,a@x",
    ])
    func aBadRecordShowsNoSecret(row: String) async throws {
        let seen = try await rows("email,name,password\n" + row)
        #expect(seen.count == 1)
        #expect(seen[0].hasPrefix("2: "))
        #expect(!seen[0].contains("canary"), "\(seen[0])")
    }

    @Test(arguments: ["ada@example.com,Ada,canary\n", "canary\n", "name,canary\n"])
    func aFileWithoutAHeaderShowsNoSecret(file: String) async {
        let message = await refusal(file)
        #expect(message.contains("the header has no email column"))
        #expect(!message.contains("canary"))
    }

    @Test func linesAreCutAndNumbered() throws {
        let directory = try TemporaryDirectory()
        try ("short\r\n" + String(repeating: "x", count: 200_000) + "\nlast").write(toFile: directory("f"), atomically: true, encoding: .utf8)
        let lines = try LineReader(path: directory("f"))
        #expect(try lines.next(limit: 100)?.text == "short\r")
        let long = try lines.next(limit: 100)
        #expect(long?.bytes.count == 100)
        #expect(long?.fault?.code == .tooLarge)
        let last = try lines.next(limit: 100)
        #expect(last?.number == 3 && last?.text == "last" && last?.fault == nil)
        #expect(try lines.next(limit: 100) == nil)
        #expect(lines.progress == 1)
    }

    @Test(arguments: [";", "\t", ","])
    func theHeaderTellsTheSeparator(separator: String) async throws {
        let text = "email,name,company\nada@example.com,\"A, b; c\td\",X\n".replacing(#/,(?! b)/#, with: separator)
        #expect(try await rows(text) == ["2 ada@example.com \("A, b; c\td".debugDescription)"])
    }

    @Test(arguments: [[0xff, 0xfe], []])
    func anotherEncodingIsNamed(mark: [UInt8]) async throws {
        let bytes = mark + "email,name\na@x,A\n".utf8.flatMap { [$0, 0] }
        let error = await #expect(throws: ShippyError.self) { try await rows(bytes) }
        #expect(error?.message == "line 1: not valid UTF-8: save the file as UTF-8")
    }
}
