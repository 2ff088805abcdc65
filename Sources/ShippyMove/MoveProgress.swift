/// Gets what is being moved, how much of it is there, and how much there is.
package typealias MoveProgress = @Sendable (_ name: String, _ done: Int, _ total: Int) -> Void
