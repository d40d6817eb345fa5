import DashStorage

/// Rows of any table on their way in: by COPY, or one by one where a column's binary form is not one of Dash's own.
struct TableRows: Sendable {
    let step: CopyStep
    let rows: [SQLRow]

    func write(to connection: PostgresConnection) throws {
        let live = try connection.fetch(PostgresEngine.columns(of: step.table))
        let types = Dictionary(
            live.map { ($0.text(0) ?? "", $0.text(1) ?? "") },
            uniquingKeysWith: { first, _ in first }
        )
        let columns = step.columns.map { types[$0.name] ?? "" }
        if columns.contains("numeric") || columns.contains("float4") {
            try insert(on: connection)
        } else {
            try copy(columns, on: connection)
        }
    }

    private func copy(_ types: [String], on connection: PostgresConnection) throws {
        let target: SQLStatement = "\(identifier: step.table) (\(step.selection))"
        try connection.copy(target.text) { stream in
            var bytes = CopyStream.head
            for row in rows {
                BinaryFormat.append(Int16(clamping: row.cells.count), to: &bytes)
                for (cell, type) in zip(row.cells, types) { try Self.append(cell, as: type, to: &bytes) }
                if bytes.count > 1 << 18 {
                    try stream.send(bytes)
                    bytes.removeAll(keepingCapacity: true)
                }
            }
            try stream.send(bytes)
        }
    }

    private static func append(_ cell: SQLValue, as type: String, to bytes: inout [UInt8]) throws {
        switch (cell, type) {
        case (.null, _): BinaryFormat.append(Int32(-1), to: &bytes)
        case (.integer(let number), "int4"):
            BinaryFormat.append(Int32(4), to: &bytes)
            BinaryFormat.append(try fitting(number) as Int32, to: &bytes)
        case (.integer(let number), "int2"):
            BinaryFormat.append(Int32(2), to: &bytes)
            BinaryFormat.append(try fitting(number) as Int16, to: &bytes)
        default:
            let start = bytes.count
            BinaryFormat.append(Int32(0), to: &bytes)
            BinaryFormat.write(cell, to: &bytes)
            let length = Int32(clamping: bytes.count - start - 4)
            withUnsafeBytes(of: length.bigEndian) { for index in 0..<4 { bytes[start + index] = $0[index] } }
        }
    }

    private static func fitting<Number: FixedWidthInteger>(_ number: Int64) throws -> Number {
        guard let number = Number(exactly: number) else {
            throw SQLError(.invalidValue, "a whole number is larger than its column")
        }
        return number
    }

    private func insert(on connection: PostgresConnection) throws {
        for start in stride(from: 0, to: rows.count, by: 500) {
            let part = rows[start..<min(start + 500, rows.count)]
            try connection.pipelined(
                part.map { row in
                    let values = row.cells.map { value -> SQLStatement in "\(value)" }.joined(by: ", ")
                    return "INSERT INTO \(identifier: step.table) (\(step.selection)) VALUES (\(values))"
                }
            )
        }
    }
}
