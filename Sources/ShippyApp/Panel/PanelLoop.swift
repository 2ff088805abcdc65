import Dispatch
import Foundation
import ShippyCore
import ShippyTUI

/// The panel's thread: owns the terminal and the panel, and waits for keys and for the inbox.
struct PanelLoop: Sendable {
    enum End: Sendable {
        case quit, interrupted, hungUp
        /// The terminal cannot show a panel.
        case unsuitable
    }

    /// At most twenty frames a second for updates. Keys redraw at once.
    private static let frameTime = 0.05

    let options: Panel.Options
    let allowsColor: Bool
    let inbox: PanelInbox
    let actions: PanelActions

    /// Runs the panel on a thread of its own until it ends.
    func run() async -> End {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let thread = Thread { continuation.resume(returning: show()) }
                thread.name = "panel"
                thread.stackSize = 4 << 20
                thread.start()
            }
        } onCancel: {
            inbox.post(.ended)
        }
    }

    private func show() -> End {
        guard let terminal = try? PanelTerminal(allowsColor: allowsColor) else { return .unsuitable }
        defer { terminal.close() }
        var panel = Panel(options)
        if let remark = terminal.remark { panel.receive(.message(remark, isError: false), Self.now) }
        var lastFrame = 0.0
        var isOutdated = true
        while true {
            let (ready, isGone) = wait(Self.timeout(panel, isOutdated: isOutdated, lastFrame: lastFrame))
            if isGone { return .hungUp }
            var hasKeys = false
            while ready, let input = terminal.nextInput() {
                hasKeys = true
                for effect in Self.handle(input, terminal, &panel) {
                    if let end = perform(effect, terminal, &panel) { return end }
                }
            }
            if hasKeys {
                // Keys are answered before anything else.
                for effect in panel.tick(Self.now).effects { actions.perform(effect) }
                lastFrame = Self.draw(&panel, terminal)
                isOutdated = false
            }
            let (inputs, requests, waiting) = inbox.take(withChanges: !panel.isFrozen)
            for request in requests {
                switch request {
                case .ended: return .interrupted
                case .resized: terminal.resize()
                case .resumed: terminal.resume()
                case .suspended: terminal.suspend()
                }
            }
            for input in inputs { panel.receive(input, Self.now) }
            panel.setWaiting(waiting)
            let (effects, hasChanged) = panel.tick(Self.now)
            for effect in effects { actions.perform(effect) }
            isOutdated = isOutdated || !inputs.isEmpty || !requests.isEmpty || hasChanged || !ready
            if isOutdated, Self.now.seconds - lastFrame >= Self.frameTime {
                lastFrame = Self.draw(&panel, terminal)
                isOutdated = false
            }
        }
    }

    private static func handle(_ input: PanelTerminal.Input, _ terminal: PanelTerminal, _ panel: inout Panel) -> [PanelEffect] {
        switch input {
        case .key(let key): return panel.handle(key, now)
        case .click(let position): return terminal.shown?.target(at: position).map { panel.click($0, now) } ?? []
        case .scroll(let lines):
            panel.scroll(by: lines, now)
            return []
        }
    }

    /// - Returns: the time of the frame.
    private static func draw(_ panel: inout Panel, _ terminal: PanelTerminal) -> Double {
        let (size, now) = (terminal.size, now)
        panel.refresh(size, now)
        terminal.draw(PanelRenderer.render(panel, size, terminal.capabilities, now))
        return now.seconds
    }

    private static func timeout(_ panel: Panel, isOutdated: Bool, lastFrame: Double) -> Int32 {
        let now = now
        let due = isOutdated ? lastFrame + frameTime : panel.nextTick(now)
        return due.map { Int32(max(0, ($0 - now.seconds) * 1000).rounded(.up)) } ?? -1
    }

    /// - Returns: whether there is input (false after the timeout), and whether the terminal is gone.
    private func wait(_ timeout: Int32) -> (isReady: Bool, isGone: Bool) {
        var descriptors = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0), pollfd(fd: inbox.wakeDescriptor, events: Int16(POLLIN), revents: 0),
        ]
        let count = poll(&descriptors, 2, timeout)
        return (count > 0, descriptors[0].revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0)
    }

    private func perform(_ effect: PanelEffect, _ terminal: PanelTerminal, _ panel: inout Panel) -> End? {
        switch effect {
        case .quit(let isInterrupted): return isInterrupted ? .interrupted : .quit
        case .suspend: terminal.suspend()
        case .redraw: terminal.invalidate()
        case .copy(let text): copy(text, terminal, &panel)
        case .copyJSON(let instances):
            var json = JSONWriter()
            for instance in instances {
                json.value(instance)
                json.newline()
            }
            copy(String(decoding: json.bytes, as: UTF8.self), terminal, &panel)
        default: actions.perform(effect)
        }
        return nil
    }

    /// In bytes. Terminals truncate or ignore longer text.
    private static let copyLimit = 50_000

    private func copy(_ text: String, _ terminal: PanelTerminal, _ panel: inout Panel) {
        guard text.utf8.count <= Self.copyLimit else {
            return panel.receive(.message("too large for the terminal's clipboard: write a file with w", isError: true), Self.now)
        }
        terminal.copy(text)
        let lines = text.split(separator: "\n")
        panel.receive(.message("copied \(lines.count == 1 ? String(lines[0].prefix(100)) : "\(lines.count) lines")", isError: false), Self.now)
    }

    private static var now: Moment {
        Moment(seconds: Double(DispatchTime.now().uptimeNanoseconds) / 1e9, wall: .now)
    }
}
