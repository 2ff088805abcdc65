import CCrypt

/// Whether libxcrypt itself takes the password for this hash.
func bcryptVerifies(_ password: String, _ hash: String) -> Bool {
    var data = crypt_data()
    guard let result = crypt_r(password, hash, &data) else { return false }
    return String(cString: result) == hash
}
