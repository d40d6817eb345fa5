/// A field of a data query as roll-ups can answer it.
struct RolledOutput {
    /// The canonical path of the rolled-up field, or `*`.
    let name: String
    let aggregate: DataQuery.Aggregate

    /// nil when only the rows know the answer.
    init?(_ field: DataQuery.Field) {
        aggregate = field.aggregate ?? .last
        switch field.path {
        case "*", "$", "ingested_at":
            guard aggregate == .count else { return nil }
            name = RolledFields.records
        default:
            guard let path = RecordPath(field.path), !path.steps.isEmpty else { return nil }
            name = path.text
            switch aggregate {
            case .count, .sum, .avg, .min, .max, .first, .last: break
            case .p50, .p95, .p99: return nil
            }
        }
    }
}
