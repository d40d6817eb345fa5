import DashJSON
package import DashModel
import FoundationEssentials

/// Works out what a saving transaction adds to the roll-ups: one summary a pipeline and field, from the records' bytes.
///
/// A transaction gives its pipelines' ids, asks `RolledFields`, adds each part that it wrote rows for, and runs the
/// statements. It must hold the pipelines' rows (or be the only writer) from before it takes the records' ids.
package struct RollupGroup: Sendable {
    private let fields: RolledFields
    private var rows = RollupRows()
    /// Fields that turned out to hold more than numbers.
    private var mixed: [UUID: Set<String>] = [:]

    package init(_ fields: RolledFields) { self.fields = fields }

    /// Takes in a part whose rows have ids from `firstID` on.
    package mutating func add(_ batch: RecordBatch, firstID: Int64) {
        let rolled = fields[batch.pipeline]
        guard !rolled.isEmpty, !batch.records.isEmpty else { return }
        var reader: RecordNumbers?
        for field in rolled where mixed[batch.pipeline]?.contains(field.name) != true {
            var summary = RollupSummary(records: 0)
            if let path = field.path {
                let numbers = reader ?? RecordNumbers(batch.records)
                reader = numbers
                let isPure = numbers.forEach(at: path) { index, value in
                    summary.add(value, at: batch.receivedAt, id: firstID + Int64(index))
                }
                guard isPure else {
                    mixed[batch.pipeline, default: []].insert(field.name)
                    continue
                }
            } else {
                summary.count = Int64(batch.records.count)
            }
            rows.add(summary, pipeline: batch.pipeline, field: field.name, at: batch.receivedAt)
        }
    }

    /// What the transaction runs, in this order.
    package func statements() -> [SQLStatement] {
        let marks = mixed.sorted { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }.flatMap { pipeline, fields in
            fields.sorted().map { RolledFields.mark(pipeline, $0) }
        }
        return marks + rows.statements()
    }
}
