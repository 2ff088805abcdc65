/// Virtual time: what is to happen, in order, and the time of what happens now. A thousandth of a second is the unit.
final class Timeline {
    private struct Entry {
        var time: Int
        var order: Int
        var action: () -> Void

        func isBefore(_ other: Entry) -> Bool { (time, order) < (other.time, other.order) }
    }

    private(set) var now = 0
    private var heap: [Entry] = []
    private var nextOrder = 0

    func at(_ time: Int, _ action: @escaping () -> Void) {
        heap.append(Entry(time: max(now, time), order: nextOrder, action: action))
        nextOrder += 1
        var child = heap.count - 1
        while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    func after(_ wait: Int, _ action: @escaping () -> Void) { at(now + wait, action) }

    /// Lets everything happen until `end`.
    func run(until end: Int) {
        while let first = heap.first, first.time <= end {
            now = first.time
            removeFirst()
            first.action()
        }
        now = max(now, end)
    }

    private func removeFirst() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].isBefore(heap[least]) { least = child }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
