/// The format of log lines.
package enum LogFormat: String, CaseIterable, Sendable {
    case text, json
}
