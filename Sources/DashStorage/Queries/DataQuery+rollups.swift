import DashModel

extension DataQuery {
    /// How wide its buckets are, when it has any.
    var bucketWidth: Duration? {
        switch bucket {
        case nil: nil
        case .auto?: BucketWidth.automatic(for: range)
        case .width(let width)?: width
        }
    }

    /// Whether a row of its answer stands for many records.
    var isAggregated: Bool { bucket != nil || !groupBy.isEmpty || fields.contains { $0.aggregate != nil } }

    /// The widest roll-ups of which its buckets are made; nil when it needs the rows.
    var rollupWidth: RollupWidth? {
        guard isAggregated, filters.isEmpty, groupBy.isEmpty, !fields.isEmpty else { return nil }
        guard let width = bucketWidth else { return .day }
        return RollupWidth.widest(dividing: max(1, width.microseconds))
    }

    /// The fields whose roll-ups answer it, by their canonical names; nil when it needs the rows.
    package var rolledFields: Set<String>? {
        guard rollupWidth != nil else { return nil }
        let outputs = fields.compactMap(RolledOutput.init)
        return outputs.count == fields.count ? Set(outputs.map(\.name)) : nil
    }
}
