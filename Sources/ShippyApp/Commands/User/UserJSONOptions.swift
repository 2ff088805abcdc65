import ArgumentParser

/// How much of a user is in the JSON.
struct UserJSONOptions: ParsableArguments {
    @Flag(help: "Add the role and the state to the JSON of each user.")
    var full = false
}
