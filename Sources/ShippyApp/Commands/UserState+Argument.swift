import ArgumentParser
import ShippyCore

extension UserState: ExpressibleByArgument {}
