import DashModel
import DashStorage

/// How the table of records lies in the database, as the catalogue says at the moment.
enum RecordTable: Sendable {
    case hypertable
    /// Native partitions, one a day.
    case partitions
    /// As the migration made it.
    case single

    static func found(on connection: any SQLConnection) throws -> RecordTable {
        let kind = try connection.fetchOne(
            "SELECT CAST(relkind AS text) FROM pg_class WHERE oid = to_regclass('pipeline_data')"
        )
        if kind?.text(0) == "p" { return .partitions }
        let hasExtension = try connection.fetchOne("SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'") != nil
        guard hasExtension else { return .single }
        let hypertable = try connection.fetchOne(
            """
            SELECT 1 FROM timescaledb_information.hypertables \
            WHERE to_regclass(format('%I.%I', hypertable_schema, hypertable_name)) = to_regclass('pipeline_data')
            """
        )
        return hypertable == nil ? .single : .hypertable
    }

    /// A query for the days' pieces: relation, start, finish, whether it is compressed.
    var chunks: SQLStatement? {
        switch self {
        case .hypertable:
            """
            SELECT to_regclass(format('%I.%I', chunk_schema, chunk_name)) AS relation, range_start AS start, \
            range_end AS finish, coalesce(is_compressed, FALSE) AS is_compressed FROM timescaledb_information.chunks \
            WHERE to_regclass(format('%I.%I', hypertable_schema, hypertable_name)) = to_regclass('pipeline_data')
            """
        case .partitions:
            """
            SELECT c.oid::regclass AS relation, to_date(right(c.relname, 8), 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC' \
            AS start, (to_date(right(c.relname, 8), 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC' AS finish, \
            FALSE AS is_compressed FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid \
            WHERE i.inhparent = to_regclass('pipeline_data') AND c.relname ~ '^pipeline_data_[0-9]{8}$'
            """
        case .single: nil
        }
    }
}
