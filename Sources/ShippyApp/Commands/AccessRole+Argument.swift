import ArgumentParser
import ShippyCore

extension AccessRole: ExpressibleByArgument {}
