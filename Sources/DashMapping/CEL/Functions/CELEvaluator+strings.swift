extension CELEvaluator {
    /// nil when the function does not take such values.
    mutating func strings(
        _ function: CELFunction,
        _ arguments: CELArguments,
        _ node: CELNode
    ) throws(CELFailure) -> CELValue? {
        if function == .join { return try joined(arguments, node) }
        if function == .reverse, case .list(let elements) = arguments.first { return .list(elements.reversed()) }
        guard case .string(let text) = arguments.first else { return nil }
        try charge(text.utf8.count / 16, node)
        switch function {
        case .charAt: return try character(text, arguments.second, node)
        case .indexOf, .lastIndexOf: return try place(function, text, arguments, node)
        case .lowerAscii: return .string(cased(text, 0x41...0x5A))
        case .upperAscii: return .string(cased(text, 0x61...0x7A))
        case .replace: return try replaced(text, arguments, node)
        case .split: return try split(text, arguments, node)
        case .substring: return try substring(text, arguments, node)
        case .trim:
            let scalars = text.unicodeScalars
            let start = scalars.drop { $0.properties.isWhitespace }
            return .string(CELText.string(start.reversed().drop { $0.properties.isWhitespace }.reversed()))
        case .reverse: return .string(CELText.string(text.unicodeScalars.reversed()))
        case .quote: return .string(quoted(text))
        default: return nil
        }
    }

    private mutating func joined(_ arguments: CELArguments, _ node: CELNode) throws(CELFailure) -> CELValue? {
        guard case .list(let elements) = arguments.first else { return nil }
        var separator = ""
        if arguments.count > 1 {
            guard case .string(let text) = arguments.second else { return nil }
            separator = text
        }
        var result = ""
        for (index, element) in elements.enumerated() {
            guard case .string(let text) = context.resolved(element) else {
                throw refused("join() of a list with", [element], node)
            }
            try charge(1 + (text.utf8.count + separator.utf8.count) / 16, node)
            if index > 0 { result += separator }
            result += text
        }
        return .string(result)
    }

    private func character(_ text: String, _ index: CELValue, _ node: CELNode) throws(CELFailure) -> CELValue? {
        guard case .int(let index) = index else { return nil }
        let scalars = Array(text.unicodeScalars)
        guard (0...Int64(scalars.count)).contains(index) else { throw outside(node) }
        return .string(index == scalars.count ? "" : String(scalars[Int(index)]))
    }

    private func place(
        _ function: CELFunction,
        _ text: String,
        _ arguments: CELArguments,
        _ node: CELNode
    ) throws(CELFailure) -> CELValue? {
        guard case .string(let part) = arguments.second else { return nil }
        let scalars = Array(text.unicodeScalars)
        let isLast = function == .lastIndexOf
        var start = isLast ? scalars.count : 0
        if arguments.count > 2 {
            guard case .int(let offset) = arguments.third else { return nil }
            guard (0...Int64(scalars.count)).contains(offset) else { throw outside(node) }
            start = Int(offset)
        }
        let place = CELText.place(of: Array(part.unicodeScalars), in: scalars, from: start, backwards: isLast)
        return .int(Int64(place ?? -1))
    }

    private func cased(_ text: String, _ letters: ClosedRange<UInt8>) -> String {
        String(decoding: text.utf8.map { letters.contains($0) ? $0 ^ 0x20 : $0 }, as: UTF8.self)
    }

    private mutating func replaced(
        _ text: String,
        _ arguments: CELArguments,
        _ node: CELNode
    ) throws(CELFailure) -> CELValue? {
        guard case .string(let old) = arguments.second, case .string(let new) = arguments.third else { return nil }
        var left = Int64.max
        if arguments.count > 3 {
            guard case .int(let limit) = arguments.fourth else { return nil }
            if limit >= 0 { left = limit }
        }
        let scalars = Array(text.unicodeScalars)
        let part = Array(old.unicodeScalars)
        var result = ""
        var index = 0
        while index <= scalars.count {
            // An empty text is found before each character and at the end.
            if left > 0, index + part.count <= scalars.count, scalars[index..<index + part.count].elementsEqual(part) {
                try charge(1 + new.utf8.count / 16, node)
                result += new
                left -= 1
                index += part.count
                if !part.isEmpty { continue }
            }
            if index < scalars.count { result.unicodeScalars.append(scalars[index]) }
            index += 1
        }
        return .string(result)
    }

    private mutating func split(
        _ text: String,
        _ arguments: CELArguments,
        _ node: CELNode
    ) throws(CELFailure) -> CELValue? {
        guard case .string(let separator) = arguments.second else { return nil }
        var most = Int64.max
        if arguments.count > 2 {
            guard case .int(let limit) = arguments.third else { return nil }
            if limit >= 0 { most = limit }
        }
        if most == 0 { return .list([]) }
        let scalars = Array(text.unicodeScalars)
        let part = Array(separator.unicodeScalars)
        var pieces: [CELValue] = []
        var start = 0
        while pieces.count < most - 1 {
            if part.isEmpty {
                guard start + 1 < scalars.count else { break }
                pieces.append(.string(String(scalars[start])))
                start += 1
            } else {
                guard let place = CELText.place(of: part, in: scalars, from: start) else { break }
                pieces.append(.string(CELText.string(scalars[start..<place])))
                start = place + part.count
            }
            try charge(1, node)
        }
        if part.isEmpty, scalars.isEmpty { return .list([]) }
        pieces.append(.string(CELText.string(scalars[start...])))
        return .list(pieces)
    }

    private func substring(
        _ text: String,
        _ arguments: CELArguments,
        _ node: CELNode
    ) throws(CELFailure) -> CELValue? {
        guard case .int(let start) = arguments.second else { return nil }
        let scalars = Array(text.unicodeScalars)
        var end = Int64(scalars.count)
        if arguments.count > 2 {
            guard case .int(let given) = arguments.third else { return nil }
            end = given
        }
        guard start >= 0, start <= end, end <= scalars.count else { throw outside(node) }
        return .string(CELText.string(scalars[Int(start)..<Int(end)]))
    }

    private func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\u{07}": result += "\\a"
            case "\u{08}": result += "\\b"
            case "\u{0C}": result += "\\f"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0B}": result += "\\v"
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    func outside(_ node: CELNode) -> CELFailure {
        failure(.outOfBounds, "a place lies outside the text or list", node)
    }
}
