import DashJSON
import DashModel
import DashPipeline
import DashStorage

/// Inserts the records into a table, a batch a transaction. A repeated delivery changes nothing: its rows carry its id,
/// are known by their key, or the delivery is noted in a ledger beside the table.
final class PostgreSQLSink: Sink {
    static func kind(egress: EgressGuard) -> SinkKind {
        SinkKind(
            name: "postgresql",
            title: "PostgreSQL table",
            summary: "Inserts the records into a table: mapped columns, or one JSONB column.",
            fields: [
                ConfigField("host", .string, required: true, place: true),
                ConfigField("port", .integer(1...65_535), place: true, default: 5_432),
                ConfigField("database", .string, required: true),
                ConfigField("user", .string, required: true),
                ConfigField("password", .string, secret: true),
                ConfigField(
                    "tls",
                    .choice(["prefer", "disable", "require", "verify-full"]),
                    place: true,
                    default: "prefer",
                    label: "TLS",
                    help: "verify-full checks the server's certificate, too."
                ),
                ConfigField("table", .string, required: true, help: "readings, or public.readings."),
                ConfigField(
                    "columns",
                    .dictionary,
                    help:
                        "Column and the field it takes: value from reading.value. Empty: all of a record goes into the "
                        + "JSONB column data."
                ),
                ConfigField(
                    "key",
                    .string,
                    help: "Columns with a unique index, separated by commas: a later record replaces the earlier one."
                ),
                ConfigField(
                    "create_table",
                    .boolean,
                    default: true,
                    label: "create what is missing",
                    help: "The table of the JSONB column; for columns without a key, the ledger dash_deliveries."
                ),
                ConfigField("timeout_seconds", .integer(1...300), default: 30),
            ],
            batching: SinkBatching(records: 5_000, bytes: 4 << 20),
            make: { try PostgreSQLSink($0, egress: egress) }
        )
    }

    private let host: String
    private let port: Int
    private let parameters: [(key: String, value: String)]
    private let target: TableTarget
    private let patience: Duration
    private let egress: EgressGuard
    private let session = BlockingConnection<TableConnection>(label: "dash.sink.postgresql")

    init(_ config: JSONValue, egress: EgressGuard) throws {
        var config = SinkConfig(config)
        host = config.host()
        port = config.int("port", default: 5_432)
        target = TableTarget(&config)
        try config.check()
        let tls = config.text("tls", default: "prefer")
        parameters = [
            ("host", host), ("port", String(port)), ("dbname", config.text("database")), ("user", config.text("user")),
            ("password", config.secret("password")), ("sslmode", tls),
            // The system's certificate authorities; libpq before 16 has no word for them.
            ("sslrootcert", tls == "verify-full" ? "/etc/ssl/certs/ca-certificates.crt" : ""),
            ("application_name", "dash"), ("client_encoding", "UTF8"), ("tcp_user_timeout", "10000"),
            ("passfile", "/dev/null"), ("gssencmode", "disable"),
        ]
        patience = .seconds(config.int("timeout_seconds", default: 30))
        self.egress = egress
    }

    func send(_ delivery: Delivery) async throws { try await send([delivery]) }

    func send(_ deliveries: [Delivery]) async throws {
        let target = target
        try await connected(deliveries.first.map { EgressOrigin($0) }) { connection in
            try connection.inTransaction {
                for delivery in deliveries { try Self.insert(delivery, into: target, on: connection) }
            }
        }
    }

    func test(for origin: EgressOrigin) async throws {
        let target = target
        try await connected(origin) { connection in
            // Plans the insertion without running it: table, columns and rights are looked at.
            let values: [String?] = target.isMapped ? ["[]"] : ["[]", nil, nil]
            try connection.run("EXPLAIN " + target.insertion, values)
        }
    }

    func close() async { await session.close() }

    private func connected(
        _ origin: EgressOrigin?,
        _ body: @Sendable (TableConnection) throws -> Void
    ) async throws {
        let address = try await egress.address(of: host, port: port, for: origin)
        let (parameters, patience, target) = (parameters, patience, target)
        try await session.use {
            let connection = try TableConnection(parameters + [("hostaddr", address)], patience: patience)
            do {
                for statement in target.creation { try connection.run(statement) }
            } catch let error as DashError {
                // Two that create the same table at once get in each other's way; no record is to blame.
                throw DashError(.unavailable, error.message)
            }
            return connection
        } _: {
            try body($0)
        }
    }

    private static func insert(_ delivery: Delivery, into target: TableTarget, on connection: TableConnection) throws {
        if target.needsLedger {
            let noted = try connection.run(
                "INSERT INTO dash_deliveries (delivery_id) VALUES ($1::uuid) ON CONFLICT DO NOTHING RETURNING 1",
                [delivery.id.text]
            )
            guard !noted.isEmpty else { return }
        }
        let records = String(decoding: try target.array(of: delivery.records), as: UTF8.self)
        let facts = target.isMapped ? [] : [delivery.id.text, delivery.receivedAt.text]
        try connection.run(target.insertion, [records] + facts)
    }
}
