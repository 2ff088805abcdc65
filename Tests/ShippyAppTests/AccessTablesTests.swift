import ShippyCore
import Synchronization
import TestSupport
import Testing

@testable import ShippyApp

/// What access commands print.
struct AccessTablesTests {
    private let now = Timestamp.now

    private func lines(width: Int? = 80, _ fill: (Table.Builder) -> Void) -> [String] {
        let builder = Table.Builder()
        fill(builder)
        return builder.table.render(style: .plain, width: width).split(separator: "\n").map(String.init)
    }

    private func token(
        _ name: String, role: AccessRole = .operator, expiresIn: Duration? = .seconds(90 * 86_400), usedAgo: Duration? = .seconds(59)
    ) -> APIToken {
        APIToken(
            id: UUIDv7.next(), name: name, role: role, hash: [7], createdBy: "owner", createdAt: now, expiresAt: expiresIn.map { now + $0 },
            lastUsedAt: usedAgo.map { now - $0 })
    }

    @Test func everyTableFitsInto80Columns() {
        let long = String(repeating: "漢字", count: 40)
        let sessions = [
            Samples.listedSession(email: "\(long)@example.com", client: long, address: "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
            Samples.listedSession(),
        ]
        let keys = SigningKeyStatus.State.allCases.map {
            SigningKeyStatus(
                id: String(repeating: "k", count: 43), state: $0, createdAt: now, signsFrom: now - .seconds(300 * 86_400),
                retiresAt: now + .seconds(899))
        }
        let entries = [Samples.auditEntry(), Samples.auditEntry("session.end")]
        let tables = [
            lines { SessionTable(isOfOneUser: true, now: now).fill($0, sessions) },
            lines { SessionTable(isOfOneUser: false, now: now).fill($0, sessions) },
            lines { TokenTable(now: now).fill($0, [token(long), token("ci", usedAgo: nil)]) }, lines { KeyTable(now: now).fill($0, keys) },
            lines { AuditTable.fill($0, entries) }, [AuditTable.header] + entries.map(AuditTable.line),
        ]
        for table in tables {
            #expect(table.count >= 3)
            for line in table { #expect(line.columns <= 80, "\(line)") }
        }
    }

    @Test func sessionsShowWhoseTheyAreAndUseTheWidthThatThereIs() {
        let listed = Samples.listedSession(email: "ada.lovelace@example.com", client: "shippy 0.1.0 on here (aarch64-linux)")
        let wide = lines(width: 200) { SessionTable(isOfOneUser: false, now: now).fill($0, [listed]) }
        #expect(wide[0].split(separator: " ") == ["ID", "USER", "USED", "FROM", "CLIENT"])
        #expect(wide[1] == "\(listed.id)  ada.lovelace@example.com  3m    192.168.100.123  shippy 0.1.0 on here (aarch64-linux)")
        let narrow = lines { SessionTable(isOfOneUser: false, now: now).fill($0, [listed]) }
        #expect(narrow[1].columns == 80 && narrow[1].hasPrefix("\(listed.id)  ada.lovel") && narrow[1].contains("…  3m    192.168"))
        let own = lines(width: 200) { SessionTable(isOfOneUser: true, now: now).fill($0, [listed]) }
        #expect(own[1] == "\(listed.id)  3m    192.168.100.123  shippy 0.1.0 on here (aarch64-linux)")
    }

    @Test func tokensTellWhenTheyEndAndWhetherTheyAreUsed() {
        let rows = lines {
            TokenTable(now: now).fill(
                $0,
                [token("ci"), token("old", expiresIn: .seconds(-1)), token("lasting", role: .user, expiresIn: nil, usedAgo: nil)])
        }
        #expect(rows[1].hasSuffix("operator  90d      59s    ci"))
        #expect(rows[2].hasSuffix("operator  expired  59s    old"))
        #expect(rows[3].hasSuffix("user      never    never  lasting"))
    }

    @Test(arguments: [(-180, "3m ago"), (0, "0s ago"), (59, "in 59s"), (3600, "in 1h"), (-90_000, "1d ago")])
    func timesAreToldInOneUnit(seconds: Int, text: String) {
        #expect(RelativeTime.describe(now + .seconds(seconds), now: now) == text)
    }

    @Test func anEntryShowsTheBeginningsOfIDs() {
        let entry = AuditEntry(
            id: UUIDv7.next(), at: Timestamp(milliseconds: 1_767_323_045_678), actor: "user:01a1fc02-23c5-7002-b642-b33377b8893b", address: "",
            action: "user.disable", target: "", outcome: "ok", requestID: "r")
        #expect(AuditTable.line(entry) == "2026-01-02T03:04:05Z  user.disable       01a1fc02-23c5   -               ok")
    }

    @Test func anEntryShowsItsDetailAfterTheOutcome() {
        var entry = Samples.auditEntry()
        entry.detail = "role=admin, session=01a1fc02-23c5-7002-b642-b33377b8893b"
        #expect(AuditTable.line(entry).hasSuffix("  ok (role=admin, session=01a1fc02-23c5)"))
        #expect(String(decoding: entry.json, as: UTF8.self).hasSuffix(#""request_id":"r1","detail":"\#(entry.detail)"}"#))
        entry.detail = "email, name"
        #expect(AuditTable.line(entry).hasSuffix("  ok (email, name)"))
        // The JSON has that: it would make most lines too long.
        entry.detail = "via=http, hashed=79ms"
        #expect(AuditTable.line(entry).hasSuffix("  ok"))
    }

    /// An actor may have chosen it: a certificate's name.
    @Test func nothingOfAnEntryActsOnTheTerminal() {
        var entry = Samples.auditEntry()
        entry.actor = "certificate:\u{1b}[2J"
        #expect(AuditTable.line(entry).contains("certificate:\\u001b[2J"))
    }

    @Test func theJSONHasAllOfItAndATokenOnlyOnce() {
        let created = CreatedToken(token: token("ci"), text: "canary")
        let text = String(decoding: created.json, as: UTF8.self)
        #expect(text.hasPrefix(#"{"id":"\#(created.token.id)","token":"canary","name":"ci","role":"operator","created_by":"owner","created_at":""#))
        #expect(!String(decoding: created.token.json, as: UTF8.self).contains("canary"))
        #expect(!String(decoding: created.token.json, as: UTF8.self).contains("hash"))
        let listed = Samples.listedSession(user: "u1")
        let session = listed.session
        #expect(
            String(decoding: listed.json, as: UTF8.self)
                == #"{"id":"\#(session.id)","user_id":"u1","email":"ada@example.com","created_at":"\#(session.createdAt)","last_used_at":"\#(session.lastUsedAt)","expires_at":"\#(session.expiresAt)","client":"shippy 0.1.0 on here","address":"192.168.100.123"}"#
        )
        let entry = Samples.auditEntry()
        #expect(String(decoding: entry.json, as: UTF8.self).hasSuffix(#""outcome":"ok","request_id":"r1"}"#))
    }

    // MARK: Revoking

    @Test func sessionsThatAreNotThereAreNamedAfterTheOthersAreRevoked() async throws {
        let access = FakeAccess { $0.sessions = [Samples.listedSession()] }
        let id = access.state.withLock { $0.sessions[0].id }
        let gone = UUIDv7.next()
        let revoked = try await Revoked.sessions([id, gone], access, requestID: "r")
        #expect(revoked.count == 1 && revoked.missing(of: [id, gone]) == [gone])
        #expect(String(decoding: revoked.json, as: UTF8.self) == #"{"revoked":1,"ids":["\#(id)"]}"#)
        #expect(String(decoding: Revoked(count: 3).json, as: UTF8.self) == #"{"revoked":3}"#)
    }

    @Test(arguments: [("never", nil), ("90d", .seconds(90 * 86_400)), ("12h", .seconds(43_200)), ("1s", .seconds(1))] as [(String, Duration?)])
    func aLifetimeIsADurationOrNever(text: String, lifetime: Duration?) throws {
        #expect(try TokenCreateCommand.lifetime(text) == lifetime)
    }

    @Test(arguments: ["", "0", "30", "1.5", "soon", "-1d", "500ms", "36601d", "1000000d"])
    func otherLifetimesAreRefused(text: String) {
        let error = #expect(throws: ShippyError.self) { try TokenCreateCommand.lifetime(text) }
        #expect(error?.code == .usage && error?.message.contains("--expires") == true)
    }
}
