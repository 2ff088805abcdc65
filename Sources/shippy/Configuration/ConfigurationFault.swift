import Foundation
import ShippyCore

/// Why a configuration file cannot be used, without a word of what is in it: the line may hold a password.
enum ConfigurationFault {
    /// - Parameter error: what the reader of the file threw. Its own text quotes the line, so only the place is taken from it.
    static func describe(_ error: any Error, path: String) -> ShippyError {
        let file = "configuration file \(path.visiblyEscaped(limit: 200))"
        if access(path, R_OK) != 0 {
            return ShippyError(.usage, "cannot read \(file): \(String(cString: strerror(errno)))")
        }
        let text = String(describing: error)
        // The YAML parser's errors begin with LINE:COLUMN.
        if let match = text.prefixMatch(of: #/([0-9]+):([0-9]+): error: /#) {
            return ShippyError(
                .usage,
                "cannot parse \(file): line \(match.output.1), column \(match.output.2) is not valid YAML: check its quotes, indentation and colons")
        }
        if let match = text.firstMatch(of: #/duplicated key[\s\S]* in line ([0-9]+), column/#) {
            return ShippyError(.usage, "cannot parse \(file): a name is given twice, near line \(match.output.1)")
        }
        return ShippyError(.usage, "cannot parse \(file): use a line `NAME: VALUE` for each option, in UTF-8")
    }
}
