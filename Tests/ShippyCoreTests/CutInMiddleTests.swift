import ShippyCore
import Testing

@Suite struct CutInMiddleTests {
    @Test(arguments: [
        ("abcdefghij", 10, "abcdefghij"), ("abcdefghij", 9, "abcd…ghij"), ("abcdefghij", 8, "abcd…hij"), ("abcdefghij", 5, "ab…ij"),
        ("abcdefghij", 4, "abc…"), ("abcdefghij", 0, ""), ("漢字漢字漢字", 7, "漢字…字"), ("漢字漢字漢字", 6, "漢…字"),
    ])
    func bothEndsStay(text: String, width: Int, shown: String) {
        #expect(text.cutInMiddle(to: width, ellipsis: "…") == shown)
    }
}
