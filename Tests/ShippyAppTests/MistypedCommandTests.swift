import ArgumentParser
import Testing

@testable import ShippyApp

@Suite struct MistypedCommandTests {
    private func explained(_ words: String) async -> String? {
        let arguments = words.split(separator: " ").map(String.init)
        do {
            _ = try await Shippy.asyncParseAsRoot(arguments)
            return nil
        } catch {
            let message = MistypedCommand.explained(Shippy.fullMessage(for: error), arguments: ["shippy"] + arguments)
            return message.split(separator: "\n").first.map(String.init)
        }
    }

    @Test(arguments: [
        ("usr list", "Error: Unknown command 'usr'. Did you mean 'user'?"), ("user lst", "Error: Unknown command 'lst'. Did you mean 'list'?"),
        ("events tial", "Error: Unknown command 'tial'. Did you mean 'tail'?"), ("frobnicate", "Error: Unknown command 'frobnicate'."),
        ("events daed list", "Error: Unknown command 'daed'. Did you mean 'dead'?"),
    ])
    func theCommandThatWasMeantIsNamed(words: String, message: String) async {
        #expect(await explained(words) == message)
    }

    /// The rest keeps its own message.
    @Test(arguments: ["user get a b", "user list --staet x", "registry list x y z", "events tail --last x"])
    func otherMistakesAreLeftAlone(words: String) async {
        #expect(await explained(words)?.contains("Unknown command") == false)
    }
}
