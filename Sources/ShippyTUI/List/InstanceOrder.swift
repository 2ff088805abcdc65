import ShippyCore

/// The order of a list of instances. Equal ones stand by service and id, so that nothing jumps about.
struct InstanceOrder: Hashable, Sendable {
    var column = InstanceColumn.service
    var isDescending = false

    func precedes(_ left: InstanceRow, _ right: InstanceRow) -> Bool {
        if let precedes = column.precedes(left, right) { return precedes != isDescending }
        if let precedes = InstanceColumn.service.precedes(left, right) { return precedes }
        return left.instance.id < right.instance.id
    }
}
