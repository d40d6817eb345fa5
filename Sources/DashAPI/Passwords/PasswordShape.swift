/// A password as a guesser sees it: without the decoration that everybody adds, and with its rows and repeats counted as
/// the little that they are.
struct PasswordShape {
    /// What is left must be worth at least this many characters.
    private static let leastWorth = 6
    /// Keys that lie beside each other, and the alphabet.
    private static let rows = [
        "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm",
        "azertyuiop", "qsdfghjklm", "wxcvbn", "!@#$%^&*()", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
        "1q2w3e4r5t6y7u8i9o0p",
        "q1w2e3r4t5y6u7i8o9p0", "qawsedrftgyhujikolp",
    ].flatMap { [Array($0), Array($0.reversed())] }

    private let characters: [Character]

    init(_ password: String) { characters = Array(password.lowercased()) }

    /// A word that many take, whatever digits and signs stand around it or for its letters.
    var isCommon: Bool {
        let whole = String(characters)
        return CommonPasswords.words.contains(whole)
            || Self.cores(characters).contains { core in
                CommonPasswords.words.contains(core)
                    || Self.halves(core).contains(where: CommonPasswords.words.contains)
            }
    }

    /// Little more than rows of keys, sequences and repeats.
    var isPattern: Bool { Self.worth(characters) < Self.leastWorth || Set(characters).count < 4 }

    /// Little more than words that are known of the person.
    func isMade(of words: [String]) -> Bool {
        var rest = String(characters)
        var isFound = false
        let known = Set(words.flatMap(Self.parts)).filter { $0.count >= 3 }.sorted { $0.count > $1.count }
        for word in known where rest.contains(word) {
            rest = rest.replacing(word, with: "")
            isFound = true
        }
        return isFound && Self.worth(Array(rest.filter { $0.isLetter || $0.isNumber })) < Self.leastWorth
    }

    /// How many characters the text is worth when a row, a sequence or a repeat counts as two.
    private static func worth(_ text: [Character]) -> Int {
        let text = text.count > 256 ? Array(text.prefix(256)) : text
        var worth = 0
        var index = 0
        while index < text.count {
            let length = max(run(text, index), again(text, index))
            worth += length >= 3 ? 2 : 1
            index += length >= 3 ? length : 1
        }
        return worth
    }

    /// The length of the row or sequence that begins here.
    private static func run(_ text: [Character], _ start: Int) -> Int {
        var longest = 1
        for row in rows {
            for (place, key) in row.enumerated() where key == text[start] {
                var length = 1
                while start + length < text.count, row[(place + length) % row.count] == text[start + length] {
                    length += 1
                }
                longest = max(longest, length)
            }
        }
        return longest
    }

    /// How much from here on repeats what stands before it, one to twelve characters back.
    private static func again(_ text: [Character], _ start: Int) -> Int {
        var longest = 0
        for period in 1...12 where period <= start {
            var length = 0
            while start + length < text.count, text[start + length] == text[start + length - period] { length += 1 }
            if length >= min(3, period + 1) || length >= period { longest = max(longest, length) }
        }
        return longest
    }

    /// The text without digits and signs at its ends, with its letters as they are and as they are usually replaced.
    private static func cores(_ text: [Character]) -> [String] {
        let replaced = text.map { letters[$0] ?? $0 }
        return [text, replaced].map { characters in
            let isLetter = characters.map(\.isLetter)
            guard let first = isLetter.firstIndex(of: true), let last = isLetter.lastIndex(of: true) else { return "" }
            return String(characters[first...last])
        } + [trimmed(text).map { String($0.map { letters[$0] ?? $0 }) } ?? ""]
    }

    private static func trimmed(_ text: [Character]) -> ArraySlice<Character>? {
        guard let first = text.firstIndex(where: \.isLetter), let last = text.lastIndex(where: \.isLetter) else {
            return nil
        }
        return text[first...last]
    }

    /// A word that stands twice or more: `passwordpassword`.
    private static func halves(_ core: String) -> [String] {
        (2...4).compactMap { count in
            guard core.count % count == 0, core.count / count >= 4 else { return nil }
            let part = core.prefix(core.count / count)
            return String(repeating: String(part), count: count) == core ? String(part) : nil
        }
    }

    /// `ada.lovelace` is tried as `ada`, `lovelace` and `adalovelace`.
    private static func parts(_ word: String) -> [String] {
        let word = word.lowercased()
        let parts = word.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        return parts + [parts.joined(), word]
    }

    private static let letters: [Character: Character] = [
        "0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "!": "i", "+": "t",
    ]
}
