/// Cuts an expression's text into tokens and collects what is no token.
struct CELLexer {
    let scalars: [Unicode.Scalar]
    var offset = 0
    var tokens: [CELToken] = []
    var errors: [CELError] = []

    private static let pairs: Set<String> = ["==", "!=", "<=", ">=", "&&", "||"]
    private static let singles: Set<Unicode.Scalar> = [
        "+", "-", "*", "/", "%", "!", "<", ">", "(", ")", "[", "]", "{", "}", ".", ",", ":", "?",
    ]

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    mutating func run() {
        while let next = peek() {
            switch next {
            case " ", "\t", "\n", "\r", "\u{0C}": offset += 1
            case "/" where peek(1) == "/":
                while let scalar = peek(), scalar != "\n" { offset += 1 }
            case "\"", "'": string(prefixLength: 0, isRaw: false, isBytes: false)
            case "0"..."9": number()
            case "." where peek(1).map { ("0"..."9").contains($0) } ?? false: number()
            case "`": quotedName()
            case "_", "a"..."z", "A"..."Z": nameOrString()
            default: symbol()
            }
        }
        tokens.append(CELToken(form: .end, offset: scalars.count))
    }

    func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
        offset + ahead < scalars.count ? scalars[offset + ahead] : nil
    }

    mutating func report(_ message: String, at place: Int) { errors.append(CELError(message, at: place, in: scalars)) }

    mutating func add(_ form: CELToken.Form, at start: Int) { tokens.append(CELToken(form: form, offset: start)) }

    static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "_", "a"..."z", "A"..."Z", "0"..."9": true
        default: false
        }
    }

    private mutating func nameOrString() {
        // r, b, br and rb before a quote begin a literal.
        var length = 0
        var isRaw = false
        var isBytes = false
        prefix: while let letter = peek(length) {
            switch letter {
            case "r", "R":
                guard !isRaw else { break prefix }
                isRaw = true
            case "b", "B":
                guard !isBytes else { break prefix }
                isBytes = true
            case "\"", "'": return string(prefixLength: length, isRaw: isRaw, isBytes: isBytes)
            default: break prefix
            }
            length += 1
        }
        let start = offset
        while let scalar = peek(), Self.isNamePart(scalar) { offset += 1 }
        add(.name(text(start..<offset)), at: start)
    }

    private mutating func quotedName() {
        let start = offset
        offset += 1
        while let scalar = peek(), Self.isNamePart(scalar) || "./- ".unicodeScalars.contains(scalar) { offset += 1 }
        let name = text((start + 1)..<offset)
        guard peek() == "`", !name.isEmpty else {
            return report("a name in back quotes has letters, digits, _ . - / and blanks, then a back quote", at: start)
        }
        offset += 1
        add(.quotedName(name), at: start)
    }

    private mutating func symbol() {
        let start = offset
        let first = scalars[offset]
        if let second = peek(1), case let pair = String(first) + String(second), Self.pairs.contains(pair) {
            offset += 2
            return add(.symbol(pair), at: start)
        }
        offset += 1
        if Self.singles.contains(first) { return add(.symbol(String(first)), at: start) }
        switch first {
        case "=":
            report("'=' is no operator; equality is written '=='", at: start)
            add(.symbol("=="), at: start)
        case "&", "|":
            report("'\(first)' is no operator; write '\(first)\(first)'", at: start)
            add(.symbol("\(first)\(first)"), at: start)
        case "“", "”", "‘", "’", "„": report("a string stands in straight quotes: \" or '", at: start)
        case ";": report("an expression has no ';'", at: start)
        default: report("the character '\(first)' has no meaning here", at: start)
        }
    }

    func text(_ range: Range<Int>) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars[range])
        return text
    }
}
