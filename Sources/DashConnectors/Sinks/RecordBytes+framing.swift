import DashModel

extension RecordBytes {
    /// One JSON array.
    var array: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + count + 1)
        out.append(UInt8(ascii: "["))
        for index in 0..<count {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            out.append(contentsOf: self[index])
        }
        out.append(UInt8(ascii: "]"))
        return out
    }

    /// One record a line, each line ended.
    var lines: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + count)
        for index in 0..<count {
            out.append(contentsOf: self[index])
            out.append(UInt8(ascii: "\n"))
        }
        return out
    }
}
