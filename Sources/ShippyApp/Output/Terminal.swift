import Foundation
import ShippyConfiguration

/// The terminal, according to the environment.
enum Terminal {
    /// Whether the terminal cannot move its cursor.
    static var isDumb: Bool { variable("TERM") == "dumb" }

    /// The width of the terminal that standard output is; nil if it is none, or does not tell.
    static var columns: Int? {
        var window = winsize()
        guard StandardOutput.isTerminal, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else { return nil }
        return Int(window.ws_col)
    }

    /// <https://no-color.org>
    static var wantsNoColor: Bool { variable("NO_COLOR") != nil }

    /// Whether the locale says that text is UTF-8.
    static var isUnicode: Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(variable).first ?? ""
        return locale.uppercased().replacing("-", with: "").contains("UTF8")
    }

    private static func variable(_ name: String) -> String? { ProcessInfo.processInfo.environment[name].nonEmpty }
}
