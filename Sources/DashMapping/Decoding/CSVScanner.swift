/// Finds the end of a row of CSV (RFC 4180) and its cells, byte by byte, and can be interrupted anywhere. The one reader
/// of the format: whoever looks for rows, to guess, to cut or to read, looks through it.
struct CSVScanner: Sendable {
    enum State { case start, plain, quoted, quoteInQuoted, broken }

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    let delimiter: UInt8
    private(set) var state = State.start
    /// The texts of the row's cells, one behind the other, and where each ends.
    private(set) var text: [UInt8] = []
    private(set) var ends: [Int] = []
    /// Line ends in the row so far.
    private(set) var newlines: Int64 = 0
    private(set) var isComplete = false
    /// Whether there is nothing in the row, not even an empty cell in quotes.
    private(set) var isBlank = true
    private var isBehindReturn = false
    private let keepsText: Bool
    /// Whether only the end of the row is looked for.
    private var isForgetting = false

    /// `keepsText`: false to count cells only.
    init(delimiter: UInt8, keepsText: Bool = true) {
        self.delimiter = delimiter
        self.keepsText = keepsText
    }

    var fault: String? { state == .broken ? "a quoted cell goes on behind its quote" : nil }

    /// Keeps nothing of the rest of the row, and nothing of what came of it.
    mutating func forgetText() {
        isForgetting = true
        text = []
        ends = []
    }

    /// Forgets the row.
    mutating func reset() {
        state = .start
        text.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        newlines = 0
        isComplete = false
        isBlank = true
        isBehindReturn = false
        isForgetting = false
    }

    /// Takes bytes from `start` on until the row is complete; returns where it stopped. A row that ends with a carriage
    /// return is complete only when the next byte is known, as a line feed belongs to it.
    mutating func take(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if isBehindReturn {
                isBehindReturn = false
                isComplete = true
                return byte == Self.lineFeed ? index &+ 1 : index
            }
            switch state {
            case .quoted:
                let stop = Self.end(of: bytes, from: index) { $0 == Self.quote }
                append(bytes, index, stop)
                for position in index..<stop where bytes[position] == Self.lineFeed { newlines &+= 1 }
                index = stop
                if index < bytes.count {
                    state = .quoteInQuoted
                    index &+= 1
                }
                continue
            case .plain:
                let delimiter = delimiter
                let stop = Self.end(of: bytes, from: index) {
                    $0 == delimiter || $0 == Self.lineFeed || $0 == Self.carriageReturn
                }
                append(bytes, index, stop)
                index = stop
                guard index < bytes.count else { continue }
            case .broken:
                index = Self.end(of: bytes, from: index) { $0 == Self.lineFeed || $0 == Self.carriageReturn }
                guard index < bytes.count else { continue }
            case .start, .quoteInQuoted: break
            }
            take(bytes[index])
            index &+= 1
            if isComplete { return index }
        }
        return index
    }

    /// There are no more bytes. False: a quoted cell does not end.
    mutating func finish() -> Bool {
        guard state != .quoted else { return false }
        if !isBehindReturn { endCell() }
        isBehindReturn = false
        isComplete = true
        return true
    }

    /// One byte that means something where it stands.
    private mutating func take(_ byte: UInt8) {
        switch (state, byte) {
        case (_, Self.lineFeed):
            endRow()
            isComplete = true
        case (_, Self.carriageReturn):
            endRow()
            isBehindReturn = true
        case (.broken, _): break
        case (.quoteInQuoted, Self.quote):
            append(byte)
            state = .quoted
        case (.start, Self.quote):
            state = .quoted
            isBlank = false
        case (_, delimiter):
            endCell()
            isBlank = false
        case (.quoteInQuoted, _): state = .broken
        default:
            append(byte)
            isBlank = false
            state = .plain
        }
    }

    private mutating func endRow() {
        newlines &+= 1
        if state != .broken { endCell() }
    }

    private mutating func endCell() {
        if !isForgetting { ends.append(text.count) }
        if state != .broken { state = .start }
    }

    private mutating func append(_ byte: UInt8) { if keepsText, !isForgetting { text.append(byte) } }

    private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) {
        if keepsText, !isForgetting, start < end {
            text.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<end]))
        }
    }

    private static func end(of bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ isEnd: (UInt8) -> Bool) -> Int {
        var index = start
        while index < bytes.count, !isEnd(bytes[index]) { index &+= 1 }
        return index
    }
}
