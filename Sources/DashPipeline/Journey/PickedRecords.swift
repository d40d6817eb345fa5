import DashJSON
import DashStorage

/// Records that were picked out of their body before: stored ones, or those of the quarantine.
struct PickedRecords: Sendable {
    /// One a line.
    private(set) var lines: [UInt8] = []
    /// Pieces of a file that are no JSON, which no mapping helps.
    private(set) var unreadable: [QuarantinedRecord] = []

    init(stored records: [ArraySlice<UInt8>]) {
        for record in records { add(record) }
    }

    init(quarantined records: [QuarantinedRecord]) {
        for record in records {
            guard record.rule == QuarantinedRecord.unreadableRule else {
                add(record.data[...])
                continue
            }
            // A schema's rule may have the same name, and then it is JSON.
            if let document = try? JSONDocument(parsing: record.data, limits: .records), let root = document.roots.first
            {
                add(document.view(root).compactBytes[...])
            } else {
                unreadable.append(record)
            }
        }
    }

    private mutating func add(_ record: ArraySlice<UInt8>) {
        lines += record
        lines.append(UInt8(ascii: "\n"))
    }
}
