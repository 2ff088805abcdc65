import Foundation
import ShippyConfiguration

/// What the environment says of the terminal.
enum Terminal {
    /// Whether its cursor cannot be moved.
    static var isDumb: Bool { variable("TERM") == "dumb" }

    /// <https://no-color.org>
    static var wantsNoColor: Bool { variable("NO_COLOR") != nil }

    private static func variable(_ name: String) -> String? { ProcessInfo.processInfo.environment[name].nonEmpty }
}
