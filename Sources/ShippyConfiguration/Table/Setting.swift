/// A setting: its row in the table, and how to parse its value.
package struct Setting<Value: Sendable>: Sendable {
    package let row: SettingRow
    let type: SettingType<Value>

    init(
        _ name: String, _ type: SettingType<Value>, letter: Character? = nil, default: SettingDefault = .none, isSecret: Bool = false,
        isInFile: Bool = true, isInContext: Bool = false, for takers: any SettingTakers.Type..., does summary: String
    ) {
        row = SettingRow(
            name: name, letter: letter, summary: summary, valueName: type.valueName, shape: type.shape, limits: type.limits, offer: type.offer,
            default: `default`, isSecret: isSecret, isInFile: isInFile, isInContext: isInContext, takers: takers, check: { _ = try type.read($0) })
        self.type = type
    }
}
