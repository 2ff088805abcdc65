import ShippyCore
import Yams

extension ShippyError {
    /// An error of the YAML parser about a file. It names the line but never quotes it, because it may contain a password.
    init(yaml error: any Error, in path: String) {
        let path = path.visiblyEscaped(limit: 200)
        switch error as? YamlError {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            self.init(.usage, "\(path), line \(mark.line): invalid YAML at column \(mark.column): check quotes, indentation and colons")
        case .duplicatedKeysInMapping(_, let context):
            self.init(.usage, "\(path), line \(context.mark.line): this setting appears twice")
        default:
            self.init(.usage, "\(path): invalid YAML: write each setting on its own line as NAME: VALUE")
        }
    }
}
