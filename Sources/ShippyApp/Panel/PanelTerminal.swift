import CNcurses
import CTerminal
import Foundation
import ShippyCore
import ShippyTUI

/// The terminal, through ncurses. Use it on one thread only, from ``init(allowsColor:)`` to ``close()``.
final class PanelTerminal {
    /// The terminal cannot show a panel.
    struct Unsuitable: Error {}

    enum Input {
        case key(PanelKey)
        case click(Screen.Position)
        /// A turn of the mouse wheel, in lines downwards.
        case scroll(Int)
    }

    private static let wheelLines = 3

    private static let fallbackType = "xterm-256color"
    /// Ends the reports of mouse events, of both encodings.
    private static let mouseOff = "\u{1b}[?1006;1000l"

    let capabilities: Capabilities
    /// A warning about this terminal for the user; nil if there is none.
    let remark: String?
    /// What is on the terminal.
    private(set) var shown: Screen?
    private let screen: OpaquePointer
    private let pairs: [TextStyle.Color: attr_t]

    /// Takes over the terminal.
    /// - Throws: ``Unsuitable`` if it cannot move its cursor.
    init(allowsColor: Bool) throws {
        // Only the character encoding: number formats must not depend on the locale.
        if setlocale(LC_CTYPE, "") == nil { setlocale(LC_CTYPE, "C.UTF-8") }
        let isUnicode = String(cString: nl_langinfo(Int32(CODESET))) == "UTF-8"
        shippy_terminal_remember(STDOUT_FILENO)
        // Not initscr, which exits the process if it does not know the terminal.
        if let screen = shippy_newterm(nil) {
            self.screen = screen
            remark = nil
        } else if let screen = shippy_newterm(Self.fallbackType) {
            self.screen = screen
            let type = ProcessInfo.processInfo.environment["TERM"] ?? ""
            remark = "unknown terminal type \(type.quoted(limit: 40)): using \(Self.fallbackType)"
        } else {
            throw Unsuitable()
        }
        guard shippy_terminal_string("cup") != nil else {
            endwin()
            delscreen(screen)
            throw Unsuitable()
        }
        let names: [String] = ["sgr0", "cnorm", "rmkx", "rmcup"]
        var leave: [CChar] = names.flatMap { name in
            shippy_terminal_string(name).map { Array(UnsafeBufferPointer(start: $0, count: strlen($0))) } ?? []
        }
        if shippy_terminal_string("kmous") != nil { leave = Self.mouseOff.utf8.map { CChar(bitPattern: $0) } + leave }
        leave.withUnsafeBufferPointer { shippy_terminal_guard($0.baseAddress, $0.count) }

        raw()
        noecho()
        nonl()
        set_escdelay(25)
        let window = shippy_stdscr()
        keypad(window, true)
        nodelay(window, true)
        curs_set(0)
        mousemask(shippy_mouse_events, nil)
        // A click is a press: waiting for a double click would delay it.
        mouseinterval(0)
        var pairs: [TextStyle.Color: attr_t] = [:]
        if allowsColor, has_colors(), start_color() == OK, use_default_colors() == OK {
            let colors: [(TextStyle.Color, Int32)] = [(.green, COLOR_GREEN), (.yellow, COLOR_YELLOW), (.red, COLOR_RED), (.cyan, COLOR_CYAN)]
            for (color, number) in colors {
                init_pair(color.rawValue, Int16(number), -1)
                pairs[color] = shippy_pair(Int32(color.rawValue))
            }
        }
        self.pairs = pairs
        capabilities = Capabilities(isUnicode: isUnicode)
    }

    var size: Size {
        var window = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_row > 0, window.ws_col > 0 else {
            return Size(width: Int(getmaxx(shippy_stdscr())), height: Int(getmaxy(shippy_stdscr())))
        }
        return Size(width: Int(window.ws_col), height: Int(window.ws_row))
    }

    func resize() {
        let size = size
        resizeterm(Int32(size.height), Int32(size.width))
    }

    /// Shows the screen. ncurses writes only the differences.
    func draw(_ shown: Screen) {
        self.shown = shown
        let window = shippy_stdscr()
        werase(window)
        for (number, line) in shown.lines.enumerated() {
            wmove(window, Int32(number), 0)
            for span in line.spans {
                wattrset(window, Int32(bitPattern: attributes(span.style)))
                var text = span.text
                text.withUTF8 { bytes in
                    bytes.withMemoryRebound(to: CChar.self) { _ = waddnstr(window, $0.baseAddress, Int32($0.count)) }
                }
            }
        }
        wattrset(window, 0)
        if let cursor = shown.cursor { wmove(window, Int32(cursor.line), Int32(cursor.column)) }
        curs_set(shown.cursor == nil ? 0 : 1)
        wnoutrefresh(window)
        doupdate()
    }

    private func attributes(_ style: TextStyle) -> attr_t {
        var attributes = pairs[style.color] ?? 0
        if style.isBold { attributes |= shippy_bold }
        if style.isDim { attributes |= shippy_dim }
        if style.isReverse { attributes |= shippy_reverse }
        if style.isUnderlined { attributes |= shippy_underline }
        return attributes
    }

    /// Makes the next ``draw(_:)`` redraw the whole terminal.
    func invalidate() {
        clearok(shippy_stdscr(), true)
    }

    /// The next key or mouse event; nil if none is waiting.
    func nextInput() -> Input? {
        while true {
            var code: wint_t = 0
            let kind = wget_wch(shippy_stdscr(), &code)
            guard kind != ERR else { return nil }
            if kind == KEY_CODE_YES, Int32(bitPattern: code) == KEY_MOUSE {
                if let input = Self.mouseInput { return input }
            } else if let key = kind == KEY_CODE_YES ? Self.functionKey(Int32(bitPattern: code)) : Self.characterKey(code) {
                return .key(key)
            }
        }
    }

    private static var mouseInput: Input? {
        var event = MEVENT()
        guard getmouse(&event) == OK else { return nil }
        if event.bstate & shippy_wheel_up != 0 { return .scroll(-wheelLines) }
        if event.bstate & shippy_wheel_down != 0 { return .scroll(wheelLines) }
        return .click(Screen.Position(line: Int(event.y), column: Int(event.x)))
    }

    private static func functionKey(_ code: Int32) -> PanelKey? {
        switch code {
        case KEY_UP: .up
        case KEY_DOWN: .down
        case KEY_LEFT: .left
        case KEY_RIGHT: .right
        case KEY_PPAGE: .pageUp
        case KEY_NPAGE: .pageDown
        case KEY_HOME: .home
        case KEY_END: .end
        case KEY_ENTER: .enter
        case KEY_BACKSPACE: .backspace
        case KEY_DC: .delete
        case KEY_BTAB: .backTab
        default: nil
        }
    }

    private static func characterKey(_ code: wint_t) -> PanelKey? {
        switch code {
        case 10, 13: .enter
        case 27: .escape
        case 8, 127: .backspace
        case 9: .tab
        case 1...26: .control(Character(Unicode.Scalar(UInt8(code) + 96)))
        case 0..<32: nil
        default: Unicode.Scalar(code).map { .character(Character($0)) }
        }
    }

    /// Copies the text to the terminal's clipboard (OSC 52). For GNU screen, the sequence is wrapped, so that it is passed on.
    func copy(_ text: String) {
        var sequence = "\u{1b}]52;c;\(Data(text.utf8).base64EncodedString())\u{07}"
        let environment = ProcessInfo.processInfo.environment
        if environment["TMUX"] == nil, environment["STY"] != nil { sequence = "\u{1b}P\(sequence)\u{1b}\\" }
        var rest = Array(sequence.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            // The terminal is gone, or accepts no output: the next draw notices that.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Returns the terminal to the shell, like Ctrl-Z, until the process is continued.
    func suspend() {
        endwin()
        signal(SIGTSTP, SIG_DFL)
        // The whole process group, as the terminal itself would do.
        kill(0, SIGTSTP)
        // The signal may arrive at another thread, a moment later. It is ignored if nothing could continue the process.
        usleep(100_000)
        signal(SIGTSTP, SIG_IGN)
        resume()
    }

    /// Takes over the terminal again.
    func resume() {
        reset_prog_mode()
        resize()
        invalidate()
    }

    /// Restores the terminal.
    func close() {
        endwin()
        shippy_terminal_release()
        delscreen(screen)
    }
}
