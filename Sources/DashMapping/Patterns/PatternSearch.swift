/// One search: tries every way through the pattern, but no state twice.
struct PatternSearch {
    let steps: UnsafeBufferPointer<SchemaPattern.Step>
    let classes: [CharacterClass]
    let text: UnsafeBufferPointer<UInt8>
    /// A bit for each place in the pattern at each place in the text that leads nowhere.
    let visited: UnsafeMutableBufferPointer<UInt64>
    private var pending: [(step: Int, offset: Int)] = []
    private var stepsLeft = PatternSearch.maxSteps

    /// 64 MB of bits.
    static let maxWords = 8 << 20
    /// About a tenth of a second.
    static let maxSteps = 25_000_000

    init(
        steps: UnsafeBufferPointer<SchemaPattern.Step>,
        classes: [CharacterClass],
        text: UnsafeBufferPointer<UInt8>,
        visited: UnsafeMutableBufferPointer<UInt64>
    ) {
        self.steps = steps
        self.classes = classes
        self.text = text
        self.visited = visited
    }

    mutating func run() -> Bool {
        if startsAtBeginning { return matches(from: 0, at: 0, remembering: false) }
        var offset = 0
        while offset <= text.count {
            if matches(from: 0, at: offset, remembering: false) { return true }
            offset += 1
            while offset < text.count, text[offset] & 0xC0 == 0x80 { offset += 1 }
        }
        return false
    }

    private var startsAtBeginning: Bool { steps[0].kind == .start }

    /// Whether the pattern from a step on has a match that begins at `offset`.
    ///
    /// With `remembering`, what led to a match is forgotten afterwards, so that it can be found again.
    private mutating func matches(from first: Int, at start: Int, remembering: Bool) -> Bool {
        let bottom = pending.count
        var seen: [Int] = []
        pending.append((first, start))
        while pending.count > bottom, let state = pending.popLast() {
            var (step, offset) = state
            while true {
                let bit = step &* (text.count &+ 1) &+ offset
                guard visited[bit >> 6] & 1 << UInt64(bit & 63) == 0 else { break }
                visited[bit >> 6] |= 1 << UInt64(bit & 63)
                if remembering { seen.append(bit) }
                stepsLeft -= 1
                guard stepsLeft > 0 else { return false }
                let code = steps[step]
                if code.kind == .accept {
                    pending.removeLast(pending.count - bottom)
                    for bit in seen { visited[bit >> 6] &= ~(1 << UInt64(bit & 63)) }
                    return true
                }
                guard advance(code, &step, &offset) else { break }
            }
        }
        return false
    }

    /// Goes one step on; false when there is no way.
    @inline(__always)
    private mutating func advance(_ code: SchemaPattern.Step, _ step: inout Int, _ offset: inout Int) -> Bool {
        switch code.kind {
        case .character:
            guard offset < text.count else { return false }
            let byte = text[offset]
            if byte < 0x80 {
                let bits = byte < 64 ? code.low : code.high
                guard bits & 1 << UInt64(byte & 63) != 0 else { return false }
                offset &+= 1
            } else {
                guard let (scalar, length) = scalar(at: offset), classes[Int(code.first)].contains(scalar)
                else { return false }
                offset += length
            }
            step &+= 1
        case .split:
            pending.append((Int(code.second), offset))
            step = Int(code.first)
        case .jump: step = Int(code.first)
        case .start:
            guard offset == 0 else { return false }
            step += 1
        case .end:
            guard offset == text.count else { return false }
            step += 1
        case .boundary:
            let isBoundary = isWord(at: offset - 1) != isWord(at: offset)
            guard isBoundary != code.isNegated else { return false }
            step += 1
        case .ahead:
            guard matches(from: step + 1, at: offset, remembering: true) != code.isNegated else { return false }
            step = Int(code.first)
        case .accept: return false
        }
        return true
    }

    private func isWord(at offset: Int) -> Bool {
        guard text.indices.contains(offset) else { return false }
        let byte = text[offset]
        return byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_")
    }

    private func scalar(at offset: Int) -> (Unicode.Scalar, Int)? {
        let first = text[offset]
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard offset + length <= text.count else { return nil }
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for byte in text[offset + 1..<offset + length] { value = value << 6 | UInt32(byte & 0x3F) }
        return Unicode.Scalar(value).map { ($0, length) }
    }
}
