public import DashModel

/// The version of a row, for `ETag` and `If-Match`: its `updated_at`.
public enum EntityTag {
    /// nil for a row that has no `updated_at`.
    public static func of(_ row: ResourceRow) -> String? {
        row.timestamp("updated_at").map { "\"" + String($0.microseconds, radix: 36) + "\"" }
    }

    /// Throws `.preconditionFailed` unless the header (a list of tags, or `*`) names the row's version.
    static func require(_ header: String?, _ row: ResourceRow) throws {
        guard let header, header != "*" else { return }
        let tags = header.split(separator: ",").map { $0.drop { $0 == " " } }.map { String($0.prefix { $0 != " " }) }
        guard let current = of(row), tags.contains(current) else {
            throw DashError(.preconditionFailed, "It was changed by somebody else in the meantime. Load it again.")
        }
    }
}
