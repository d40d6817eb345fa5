/// Finds out what separates the cells of a table.
enum CSVDelimiter {
    /// So much of a table is looked at, whatever pieces it comes in.
    static let sampleBytes = 64 << 10
    private static let sampleRows = 50

    /// The delimiter that splits the first rows most evenly: as many of them as can be have as many cells as the first
    /// row. Of several that do so, the one with the most cells. Empty lines do not count. `isWhole`: the sample is all
    /// of the table.
    static func guess(_ sample: ArraySlice<UInt8>, isWhole: Bool) -> UInt8 {
        var best: (delimiter: UInt8, share: Double, cells: Int)?
        for (_, delimiter) in TableForm.delimiters {
            let widths = widths(of: sample, delimiter, isWhole: isWhole)
            guard let cells = widths.first, cells > 1 else { continue }
            let share = Double(widths.count { $0 == cells }) / Double(widths.count)
            if let best, (best.share, best.cells) >= (share, cells) { continue }
            best = (delimiter, share, cells)
        }
        return best?.delimiter ?? UInt8(ascii: ",")
    }

    /// How many cells the first rows have.
    private static func widths(of sample: ArraySlice<UInt8>, _ delimiter: UInt8, isWhole: Bool) -> [Int] {
        sample.withUnsafeBufferPointer { bytes in
            var scanner = CSVScanner(delimiter: delimiter, keepsText: false)
            var widths: [Int] = []
            var index = 0
            while index < bytes.count, widths.count < sampleRows {
                index = scanner.take(bytes, from: index)
                if !scanner.isComplete, !(isWhole && scanner.finish()) { break }
                if !scanner.isBlank { widths.append(scanner.fault == nil ? scanner.ends.count : 0) }
                scanner.reset()
            }
            // A first row that is longer than the sample is all there is to go by.
            if widths.isEmpty { widths.append(scanner.ends.count + 1) }
            return widths
        }
    }
}
