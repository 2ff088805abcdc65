import Foundation
import ShippyConfiguration

/// The terminal, according to the environment.
enum Terminal {
    /// Whether the terminal cannot move its cursor.
    static var isDumb: Bool { variable("TERM") == "dumb" }

    /// <https://no-color.org>
    static var wantsNoColor: Bool { variable("NO_COLOR") != nil }

    private static func variable(_ name: String) -> String? { ProcessInfo.processInfo.environment[name].nonEmpty }
}
