import ShippyCore

extension PanelRenderer {
    func mailLines(_ body: MailBody, _ height: Int) -> [Line] {
        guard let lines = body.lines else { return [emptyLine, line("  loading the mail\(capabilities.ellipsis)", .dim)] }
        let shown = lines.flatMap { $0.isEmpty ? [emptyLine] : capabilities.showable($0).wrapped(to: max(8, size.width)).map { line($0) } }
        return window(shown, height, top: body.top)
    }
}
