package import HTTPTypes
import ShippyCore

extension HTTPField.Name {
    package static let requestID = Self(HeaderName.requestID)!
    package static let trace = Self(HeaderName.trace)!
}
