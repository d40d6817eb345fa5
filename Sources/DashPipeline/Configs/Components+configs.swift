import DashJSON
public import DashModel

extension Components {
    /// The column of a resource that holds a component's config, and the fields it has there; nil for other resources.
    public func config(of resource: Resource, _ row: ResourceRow) -> (column: String, fields: [ConfigField])? {
        switch resource.name {
        case Resources.pipelines.name:
            ("source_config", row.string("source_type").flatMap { source($0) }?.fields ?? [])
        case Resources.pipelineSinks.name:
            ("sink_config", row.string("sink_type").flatMap { sink($0) }?.fields ?? [])
        default: nil
        }
    }

    /// A row as a client may see it: secrets in its config are masked.
    public func masked(_ resource: Resource, _ row: ResourceRow) -> ResourceRow {
        guard let (column, fields) = config(of: resource, row), row.values[column] != nil else { return row }
        var row = row
        row.values[column] = SecretMask(fields).masked(row[column])
        return row
    }

    /// A client's row as it is to be stored: masks are replaced by the secrets of the stored row.
    public func unmasked(
        _ resource: Resource,
        _ row: ResourceRow,
        stored: ResourceRow?
    ) -> (row: ResourceRow, issues: [DashError.Issue]) {
        guard let (column, fields) = config(of: resource, row), row.values[column] != nil else { return (row, []) }
        var row = row
        let kindColumn = column == "source_config" ? "source_type" : "sink_type"
        let isSameKind = stored?.string(kindColumn) == row.string(kindColumn)
        let (config, issues) = SecretMask(fields).unmasked(
            row[column],
            stored: isSameKind ? stored?[column] : nil,
            at: "/\(column)"
        )
        row.values[column] = config
        return (row, issues)
    }
}
