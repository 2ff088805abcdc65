import Foundation
import TestSupport

/// Pages as a person sees them, in Debian's Chromium.
enum Browser {
    /// What a page looked like when it had loaded.
    struct Page: Decodable {
        var url: String
        var title: String
        var text: String
        var status: Int
        /// What the page's policy kept the browser from doing.
        var violations: [String]
        /// Whether something is wider than the window.
        var overflows: Bool
        /// As CSS.
        var background: String
        /// The ID of the element that has the focus.
        var focus: String
        /// Whether the browser would send the form.
        var valid: Bool
        var buttonHeight: Double
    }

    enum Step {
        /// These lead to a page.
        case open(String)
        case press(String)
        /// Presses a button on which nothing is sent.
        case `try`(String)
        /// Into the field of a selector.
        case type(String, String)
        /// Into a file.
        case picture(String)

        fileprivate var json: [String] {
            switch self {
            case .open(let url): ["open", url]
            case .press(let selector): ["press", selector]
            case .try(let selector): ["try", selector]
            case .type(let selector, let text): ["type", selector, text]
            case .picture(let path): ["picture", path]
            }
        }
    }

    /// - Returns: the pages, in the order of the steps that lead to one.
    static func use(width: Int = 1280, height: Int = 800, isDark: Bool = false, _ steps: Step...) async throws -> [Page] {
        let profile = try TemporaryDirectory()
        let task: [String: Any] = ["profile": profile.path, "size": [width, height], "dark": isDark, "steps": steps.map(\.json)]
        return try await PythonScript.answer(of: "browser.py", to: task, home: profile.path)
    }
}
