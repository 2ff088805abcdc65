import ShippyAccess

/// A method of the go-micro tutorial's user service.
enum TutorialMethod: String, CaseIterable {
    case create = "Create"
    case get = "Get"
    case getAll = "GetAll"
    case auth = "Auth"
    case validateToken = "ValidateToken"

    /// - Parameter name: as its user interface names it: `Auth.Create` or `UserService.Create`.
    init?(named name: String) {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "Auth" || parts[0] == "UserService" else { return nil }
        self.init(rawValue: String(parts[1]))
    }

    var operation: AccessOperation {
        switch self {
        case .create: .tutorialCreate
        case .get: .tutorialGet
        case .getAll: .tutorialGetAll
        case .auth: .tutorialAuth
        case .validateToken: .tutorialValidateToken
        }
    }
}
