import Foundation

extension String {
    /// This path from the root, without `.`, `..` and empty components.
    ///
    /// `..` removes the component before it, as the shell's `cd` does, and no symbolic link is followed: whoever checks the path for links
    /// finds those that were named.
    package var absolutePath: String {
        let path = (self as NSString).expandingTildeInPath
        let whole = path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
        var components: [Substring] = []
        for component in whole.split(separator: "/") where component != "." {
            if component == ".." { _ = components.popLast() } else { components.append(component) }
        }
        return "/" + components.joined(separator: "/")
    }
}
