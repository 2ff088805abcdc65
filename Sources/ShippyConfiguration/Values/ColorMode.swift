/// When output is coloured; `auto` means on a terminal.
package enum ColorMode: String, CaseIterable, Sendable {
    case auto, always, never
}
