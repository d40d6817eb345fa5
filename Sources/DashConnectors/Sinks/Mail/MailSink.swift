import DashJSON
import DashModel
import DashPipeline
import DashStorage

/// Sends a batch of records as one mail: a digest with a line a record, and the records as a file.
final class MailSink: Sink {
    /// More lines than this nobody reads; the file has all.
    private static let lineLimit = 100
    /// What the text may take; what does not fit is in the attached file.
    private static let textLimit = 1 << 20
    private static let tooLong = "… too long to be shown"

    static func kind(egress: EgressGuard, clock: any WallClock) -> SinkKind {
        SinkKind(
            name: "email",
            title: "E-mail",
            summary: "Sends the records as a digest by SMTP.",
            fields: [
                ConfigField("host", .string, required: true, place: true, label: "mail server"),
                ConfigField("port", .integer(1...65_535), place: true, default: 587),
                ConfigField(
                    "encryption",
                    .choice(["starttls", "tls", "none"]),
                    place: true,
                    default: "starttls",
                    help: "starttls is usual on port 587, tls on 465."
                ),
                ConfigField("username", .string),
                ConfigField("password", .string, secret: true),
                ConfigField("from", .string, required: true, help: "dash@example.org"),
                ConfigField("to", .string, required: true, help: "Several addresses are separated by commas."),
                ConfigField("subject", .string, default: "{{$count}} new records"),
                ConfigField("line", .string, default: "{{$record}}", help: "A record's line: {{sensor}}: {{value}}."),
                ConfigField("attach", .boolean, default: true, label: "attach the records as NDJSON"),
                ConfigField("timeout_seconds", .integer(1...300), default: 30),
            ],
            batching: SinkBatching(records: 1_000, bytes: 4 << 20, wait: .seconds(60)),
            make: { try MailSink($0, egress: egress, clock: clock) }
        )
    }

    private let server: MailTransfer.Server
    private let from: String
    private let to: [String]
    private let subject: RecordTemplate
    private let line: RecordTemplate
    private let attaches: Bool
    private let egress: EgressGuard
    private let clock: any WallClock
    private let session = BlockingConnection<MailTransfer>(label: "dash.sink.mail")

    init(_ config: JSONValue, egress: EgressGuard, clock: any WallClock) throws {
        var config = SinkConfig(config)
        let host = config.host()
        from = config.text("from")
        to = config.list("to")
        if !Self.isAddress(from) { config.report("from", "must be one plain address, like dash@example.org") }
        if to.isEmpty || to.count > 50 || !to.allSatisfy(Self.isAddress) {
            config.report("to", "must be 1 to 50 plain addresses, separated by commas")
        }
        try config.check()
        server = MailTransfer.Server(
            host: host,
            port: config.int("port", default: 587),
            address: "",
            encryption: .init(rawValue: config.text("encryption", default: "starttls")) ?? .starttls,
            username: config.text("username"),
            password: config.secret("password"),
            timeout: config.int("timeout_seconds", default: 30)
        )
        subject = RecordTemplate(config.text("subject", default: "{{$count}} new records"))
        line = RecordTemplate(config.text("line", default: "{{$record}}"))
        attaches = config.bool("attach", default: true)
        self.egress = egress
        self.clock = clock
    }

    func send(_ delivery: Delivery) async throws { try await send([delivery]) }

    func send(_ deliveries: [Delivery]) async throws {
        guard let first = deliveries.first else { return }
        let mail = try message(of: deliveries, first).bytes
        let (from, to) = (from, to)
        try await connected(EgressOrigin(first)) { try $0.send(mail, from: from, to: to) }
    }

    func test(for origin: EgressOrigin) async throws { try await connected(origin) { try $0.test() } }
    func close() async { await session.close() }

    private func connected(
        _ origin: EgressOrigin,
        _ body: @Sendable (MailTransfer) throws -> Void
    ) async throws {
        var server = server
        server.address = try await egress.address(of: server.host, port: server.port, for: origin)
        let pinned = server
        try await session.use {
            try MailTransfer(pinned)
        } _: {
            try body($0)
        }
    }

    private func message(of deliveries: [Delivery], _ first: Delivery) throws -> MailMessage {
        let count = deliveries.reduce(0) { $0 + $1.records.count }
        let facts = [
            "$count": String(count), "$delivery": first.id.text, "$pipeline": first.pipeline.text,
        ]
        var lines: [String] = []
        var example = JSONValue.null
        var room = Self.textLimit
        for delivery in deliveries {
            for index in 0..<delivery.records.count where lines.count < Self.lineLimit {
                let record: JSONValue
                do { record = try JSONValue(parsing: Array(delivery.records[index])) } catch {
                    throw DashError(.invalid, "A record is no JSON object.")
                }
                if lines.isEmpty { example = record }
                let text = line.text(for: record, facts: facts, limit: room) ?? Self.tooLong
                room = max(0, room - text.utf8.count)
                lines.append(text)
            }
        }
        if count > lines.count { lines.append("… and \(count - lines.count) more") }
        return MailMessage(
            from: from,
            to: to,
            subject: subject.text(for: example, facts: facts, limit: Self.textLimit) ?? Self.tooLong,
            text: lines.joined(separator: "\r\n") + "\r\n",
            file: attaches
                ? ("records.ndjson", "application/x-ndjson", deliveries.flatMap { $0.records.lines }) : nil,
            id: first.id.text,
            date: clock.now
        )
    }

    /// No names, no quotes and nothing that could end a header or a command.
    static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && text.utf8.count <= 254
            && text.utf8.allSatisfy { $0 > 32 && $0 != 127 && !Array("<>\"(),;:\\[]".utf8).contains($0) }
    }
}
