import DashJSON
import DashModel

/// The table that records go to, and the statements for it.
struct TableTarget: Sendable {
    /// `readings` or `public.readings`, quoted.
    let table: String
    /// Column and where its value lies in the record; empty for one JSONB column.
    let columns: [(name: String, field: RecordField)]
    /// Columns that tell a record from others; a later record replaces an earlier with the same.
    let key: [String]
    let createsTable: Bool

    init(_ config: inout SinkConfig) {
        let name = config.text("table").split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if !(1...2).contains(name.count)
            || name.contains(where: { $0.isEmpty || $0.utf8.count > 63 || $0.contains("\0") })
        {
            config.report("table", "must be a table's name, like readings or public.readings")
        }
        table = name.map(TableConnection.quoted).joined(separator: ".")
        columns = config.texts("columns").map { ($0.key, RecordField($0.value.isEmpty ? $0.key : $0.value)) }
        key = config.list("key")
        createsTable = config.bool("create_table", default: true)
        for name in key where !columns.contains(where: { $0.name == name }) {
            config.report("key", "names \(name), which is not one of the columns")
        }
    }

    var isMapped: Bool { !columns.isEmpty }

    /// Whether the table itself can't tell a repeated delivery, so that a ledger beside it has to.
    var needsLedger: Bool { isMapped && key.isEmpty }

    /// Made on first use, unless the config forbids it.
    var creation: [String] {
        guard createsTable else { return [] }
        if isMapped { return needsLedger ? [Self.ledger] : [] }
        return [
            """
            CREATE TABLE IF NOT EXISTS \(table) (delivery_id uuid NOT NULL, position integer NOT NULL, \
            received_at timestamptz NOT NULL, data jsonb NOT NULL, PRIMARY KEY (delivery_id, position))
            """
        ]
    }

    static let ledger = """
        CREATE TABLE IF NOT EXISTS dash_deliveries (delivery_id uuid PRIMARY KEY, \
        delivered_at timestamptz NOT NULL DEFAULT now())
        """

    /// Takes a JSON array of the records; in JSONB mode the delivery's id and time of receipt, too.
    var insertion: String {
        guard isMapped else {
            return """
                INSERT INTO \(table) (delivery_id, position, received_at, data) \
                SELECT $2::uuid, (e.n - 1)::integer, $3::timestamptz, e.v \
                FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS e(v, n) ON CONFLICT DO NOTHING
                """
        }
        let names = columns.map { TableConnection.quoted($0.name) }
        let list = names.joined(separator: ", ")
        let values = names.map { "r." + $0 }.joined(separator: ", ")
        let source = """
            FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS e(v, n), \
            LATERAL jsonb_populate_record(NULL::\(table), e.v) AS r
            """
        guard !key.isEmpty else { return "INSERT INTO \(table) (\(list)) SELECT \(values) \(source) ORDER BY e.n" }
        let keys = key.map(TableConnection.quoted)
        let conflict = keys.joined(separator: ", ")
        let changes = names.filter { !keys.contains($0) }.map { "\($0) = EXCLUDED.\($0)" }.joined(separator: ", ")
        // One statement may not change a row twice, so only the last record of each key goes in.
        return """
            INSERT INTO \(table) (\(list)) SELECT DISTINCT ON (\(keys.map { "r." + $0 }.joined(separator: ", "))) \
            \(values) \(source) ORDER BY \(keys.map { "r." + $0 }.joined(separator: ", ")), e.n DESC \
            ON CONFLICT (\(conflict)) DO \(changes.isEmpty ? "NOTHING" : "UPDATE SET \(changes)")
            """
    }

    /// The records as the array that `insertion` takes. Throws `DashError` `.invalid` for a record that is no JSON.
    func array(of records: RecordBytes) throws -> [UInt8] {
        guard isMapped else { return records.array }
        var writer = JSONWriter(reserving: records.bytes.count)
        writer.beginArray()
        for index in 0..<records.count {
            let record: JSONValue
            do { record = try JSONValue(parsing: Array(records[index])) } catch {
                throw DashError(.invalid, "A record is no JSON object.")
            }
            writer.beginObject()
            for column in columns {
                writer.key(column.name)
                writer.write(column.field.value(in: record) ?? .null)
            }
            writer.endObject()
        }
        writer.endArray()
        return writer.bytes
    }
}
