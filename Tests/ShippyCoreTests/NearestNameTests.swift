import ShippyCore
import Testing

@Suite struct NearestNameTests {
    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("", "ab", 2), ("name", "name", 0), ("name", "nmae", 1), ("name", "nam", 1), ("name", "names", 1),
        ("name", "nome", 1), ("name", "home", 2), ("from", "form", 1), ("kitten", "sitting", 3), ("ab", "ba", 1), ("abc", "ca", 3),
    ])
    func distanceCountsMistakes(first: String, second: String, distance: Int) {
        #expect(NearestName.distance(first, second) == distance)
        #expect(NearestName.distance(second, first) == distance)
    }

    @Test(arguments: [
        ("nmae", "name"), ("NAME", "name"), ("e-mail", "email"), ("mail", "email"), ("compnay", "company"), ("passwort", "password"),
    ])
    func aMisspellingIsRecognized(text: String, name: String) {
        #expect(NearestName.of(text, among: ["email", "name", "company", "password"]) == name)
    }

    /// A proposal that is merely as long would mislead.
    @Test(arguments: ["home", "phone", "role", "", "first_name", "pass"])
    func anotherWordIsNot(text: String) {
        #expect(NearestName.of(text, among: ["email", "name", "company", "password"]) == nil)
    }
}
