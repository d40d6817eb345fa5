package import FoundationEssentials

/// The fields that commits keep roll-ups of, by pipeline.
public struct RolledFields: Sendable {
    /// A field by its name and where its values lie.
    public struct Field: Sendable, Hashable {
        public let name: String
        /// nil for `*`, which counts records.
        public let path: RecordPath?

        init?(_ name: String) {
            self.name = name
            path = name == RolledFields.records ? nil : RecordPath(name)
            if path == nil, name != RolledFields.records { return nil }
        }
    }

    /// The name under which records are counted.
    static let records = "*"

    private var fields: [UUID: [Field]] = [:]

    /// Which rows matter to a commit; a condition on the pipeline goes behind it.
    package static let selection: SQLStatement =
        "SELECT pipeline_id, field FROM rolled_fields WHERE state <> 'leaving' AND NOT has_other_values"

    /// Reads the answer to `selection`.
    package init(_ rows: [SQLRow]) {
        for row in rows {
            guard let pipeline = row.uuid(0), let field = row.text(1).flatMap(Field.init) else { continue }
            fields[pipeline, default: []].append(field)
        }
    }

    package init(of pipeline: UUID, on connection: any SQLConnection) throws {
        self.init(try connection.fetch("\(Self.selection) AND pipeline_id = \(pipeline)"))
    }

    package var isEmpty: Bool { fields.isEmpty }

    package subscript(_ pipeline: UUID) -> [Field] { fields[pipeline] ?? [] }

    /// From now on the field is answered from the rows, and its roll-ups are kept no more.
    static func mark(_ pipeline: UUID, _ field: String) -> SQLStatement {
        """
        UPDATE rolled_fields SET has_other_values = TRUE \
        WHERE pipeline_id = \(pipeline) AND field = \(field) AND NOT has_other_values
        """
    }

    /// Which of the fields are filled back to the oldest record and hold numbers only.
    static func ready(of pipeline: UUID, on connection: any SQLConnection) throws -> Set<String> {
        let rows = try connection.fetch(
            """
            SELECT field FROM rolled_fields \
            WHERE pipeline_id = \(pipeline) AND state = 'ready' AND NOT has_other_values
            """
        )
        return Set(rows.compactMap { $0.text(0) })
    }
}
