import DashStorage

/// PostgreSQL's binary format of a one-dimensional array.
enum BinaryArray {
    static func write(_ elements: [SQLValue], _ kind: SQLValue.Element, to bytes: inout [UInt8]) {
        writeHead(count: elements.count, hasNull: elements.contains(.null), type: kind.type, to: &bytes)
        for element in elements {
            guard element != .null else {
                BinaryFormat.append(Int32(-1), to: &bytes)
                continue
            }
            let start = bytes.count
            BinaryFormat.append(Int32(0), to: &bytes)
            BinaryFormat.write(element, to: &bytes)
            let length = Int32(clamping: bytes.count - start - 4)
            withUnsafeBytes(of: length.bigEndian) { for index in 0..<4 { bytes[start + index] = $0[index] } }
        }
    }

    static func writeHead(count: Int, hasNull: Bool, type: PostgresType, to bytes: inout [UInt8]) {
        BinaryFormat.append(Int32(count == 0 ? 0 : 1), to: &bytes)
        BinaryFormat.append(Int32(hasNull ? 1 : 0), to: &bytes)
        BinaryFormat.append(type.rawValue, to: &bytes)
        guard count > 0 else { return }
        BinaryFormat.append(Int32(clamping: count), to: &bytes)
        BinaryFormat.append(Int32(1), to: &bytes)
    }
}
