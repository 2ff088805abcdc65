import CVersion

/// This build.
enum Version {
    static let number = "0.2.0"
    static let commit = String(cString: shippy_commit())

    static var text: String { commit.isEmpty ? number : "\(number) (\(commit))" }
}
