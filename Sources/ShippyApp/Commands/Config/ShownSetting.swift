import ShippyAccess
import ShippyConfiguration
import ShippyCore

/// A setting for `config show`, without secrets.
struct ShownSetting: JSONWritable {
    let name: String
    /// The value as written, or the default; nil if there is none.
    let value: String?
    let source: String

    init(_ row: SettingRow, _ configuration: Configuration) {
        let given = Self.given(row, configuration)
        name = row.name
        value = given.map { row.shown($0.text) }
        source = (given?.origin ?? .standard).description
    }

    private static func given(_ row: SettingRow, _ configuration: Configuration) -> GivenValue? {
        let sources = configuration.sources
        switch row.name {
        case Settings.home.row.name: return sources.home
        case Settings.config.row.name: return sources.configurationFile
        case Settings.context.row.name: return sources.context.map { GivenValue(text: $0.name, origin: $0.origin) }
        case Settings.mailDomain.row.name where sources.given(row) == nil:
            return configuration.ownMailDomain.map { GivenValue(text: $0, origin: .standard) }
        case Settings.access.row.name where sources.given(row) == nil:
            return GivenValue(text: rules(configuration).mode.rawValue, origin: .standard)
        case Settings.signUp.row.name where sources.given(row) == nil:
            return GivenValue(text: rules(configuration).signUp.rawValue, origin: .standard)
        default:
            return sources.given(row) ?? row.default.text(home: configuration.home).map { GivenValue(text: $0, origin: .standard) }
        }
    }

    /// In effect for `shippy up`, which has all addresses.
    private static func rules(_ configuration: Configuration) -> AccessRules {
        configuration.accessRules(isOpenToOthers: Endpoint.allCases.contains { !$0.address(in: configuration).isLoopback })
    }

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("setting", name)
            $0.field("value", value)
            $0.field("source", source)
        }
    }
}
