import ShippyConfiguration
import ShippyCore
import ShippyEvents
import TestSupport
import Testing

/// The table itself.
@Suite struct SettingsTests {
    @Test func namesAreUnique() {
        #expect(Set(Settings.all.map(\.name)).count == Settings.all.count)
        #expect(Set(Settings.all.map(\.variable)).count == Settings.all.count)
        let letters = Settings.all.compactMap(\.letter)
        #expect(Set(letters).count == letters.count)
    }

    @Test func everyRowHasATakerAndATextForHelp() {
        for row in Settings.all {
            // A token is never an argument.
            #expect(row.takers.isEmpty == (row.name == "token"), "\(row.name)")
            #expect(row.summary.first?.isUppercase == true && row.summary.last != ".", "\(row.name)")
            #expect(row.name == row.name.lowercased() && !row.name.contains("_"), "\(row.name)")
        }
    }

    /// A default that its own type refuses would end every command.
    @Test func everyDefaultCanBeRead() throws {
        let configuration = try SourcesUnderTest().configuration()
        for row in Settings.all where row.isInFile {
            guard let text = row.default.text(home: configuration.home) else { continue }
            #expect(try SourcesUnderTest().sources(environment: [row.variable: text]).problems().isEmpty, "\(row.name)")
        }
    }

    @Test func helpSaysLimitsAndDefault() throws {
        func help(_ name: String) throws -> String { try #require(Settings.all.first { $0.name == name }).help }
        #expect(try help("bcrypt-cost") == "Set the bcrypt cost of password hashes, 10 to 20. (default: 12)")
        #expect(try help("output") == "Set the output format: text, json, jsonl or csv. (default: text)")
        #expect(try help("event-max-bytes") == "Keep at most this much event data, 1MiB to 1PiB. (default: 4GiB)")
        #expect(try help("registry-ttl").hasSuffix("at least 1s. (default: 10s)"))
        #expect(try help("config") == "Read this configuration file. (default: config.yaml in the data directory)")
        #expect(try help("advertise") == "Register instances under this host name or address. (default: the host of the listen address)")
    }

    /// Names, defaults and limits that programs and people rely on: a change here is a change of the contract.
    @Test(arguments: [
        ("home", "SHIPPY_HOME"), ("users-http", "SHIPPY_USERS_HTTP"), ("registry-ttl", "SHIPPY_REGISTRY_TTL"),
        ("allowed-host", "SHIPPY_ALLOWED_HOST"),
    ])
    func variablesAreNamedAfterFlags(name: String, variable: String) {
        #expect(Settings.all.first { $0.name == name }?.variable == variable)
    }

    @Test func defaultsAreThoseOfTheContract() throws {
        let test = try SourcesUnderTest()
        let configuration = try test.configuration()
        #expect(configuration.home == test.home.path)
        #expect(configuration.store == .sqlite(path: test.home("shippy.db")))
        #expect(configuration.bus == .embedded && configuration.registry == .embedded && configuration.isEmbedded)
        #expect(configuration.mailer == .maildir(test.home("mail")))
        #expect(configuration.output == .text && configuration.logLevel == nil && configuration.logFormat == .text && configuration.color == .auto)
        #expect(configuration.usersHTTP == HostPort(host: "127.0.0.1", port: 8081))
        #expect(configuration.notificatorGRPC == HostPort(host: "127.0.0.1", port: 8082))
        #expect(configuration.usersGRPC == HostPort(host: "127.0.0.1", port: 8083))
        #expect(configuration.ops == HostPort(host: "127.0.0.1", port: 8080))
        #expect(configuration.advertise == nil && configuration.allowedHosts.isEmpty && !configuration.allowInsecure)
        #expect(configuration.registryTTL == .seconds(10))
        #expect(configuration.token == nil && configuration.tokenFile == nil)
        #expect(configuration.mailDomain == nil && configuration.ownMailDomain == "localhost")
        #expect(configuration.bcryptCost == 12 && configuration.storeConnections == 4 && configuration.eventEncoding == .json)
        #expect(configuration.eventMaxAge == .seconds(7 * 86_400) && configuration.eventMaxBytes == 4 << 30)
        #expect(configuration.eventSubjects == ["user.>", "dead-letter.>"] && configuration.eventReplicas == 1)
        #expect(configuration.mailKeep == .seconds(90 * 86_400) && configuration.mailFrom.description == "shippy@localhost")
        #expect(configuration.templates == nil && !configuration.confirmsAddresses && configuration.mailAttempts == 12)
        #expect(configuration.mailBackoff == Backoff(base: .seconds(15), cap: .seconds(6 * 3600)))
        #expect(configuration.smtpDeadline == .seconds(30) && configuration.smtpConnections == 8)
        #expect(!configuration.isReadOnly && configuration.probeInterval == .seconds(10))
    }
}
