import ShippyCore

/// The order of an instance list. Equal instances are sorted by service and ID, so that their order is stable.
struct InstanceOrder: Hashable, Sendable {
    var column = InstanceColumn.service
    var isDescending = false

    func precedes(_ left: InstanceRow, _ right: InstanceRow) -> Bool {
        if let precedes = column.precedes(left, right) { return precedes != isDescending }
        if let precedes = InstanceColumn.service.precedes(left, right) { return precedes }
        return left.instance.id < right.instance.id
    }
}
