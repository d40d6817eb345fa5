import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// The views that resources declare.
extension RESTCall {
    /// How each is answered.
    static let views: [ResourceView: @Sendable (RESTCall) async throws -> Response] = [
        .records: { try await $0.records() },
        .oneRecord: { try await $0.record() },
        .ledger: { try await $0.ledger() },
        .quarantine: { try await $0.quarantine() },
        .upload: { try await $0.upload() },
        .query: { try await $0.query() },
    ]

    func show(_ view: ResourceView) async throws -> Response {
        guard let answer = Self.views[view] else { throw DashError(.notFound, "There is nothing at this address.") }
        return try await answer(self)
    }

    private func records() async throws -> Response {
        let parameters = try parameters(nil, .page)
        let limit = parameters.query.limit
        var before: RecordPosition?
        guard parameters.query.before == nil else {
            throw RESTError.parameter("page[before]", "Records are read from the newest on; there is no way back.")
        }
        if let cursor = parameters.query.after {
            guard let position = RecordCursor.decode(cursor) else {
                throw RESTError.parameter("page[after]", "This is not a cursor of this list.")
            }
            before = position
        }
        let pipeline = try id()
        // One more than asked for tells whether there is a next page.
        let records = try await service.records(of: pipeline, before: before, limit: limit + 1, as: principal)
        let rows = records.prefix(limit)
        var links: [(String, JSONValue)] = [
            ("self", .string(request.uri.string)), ("first", .string(link(parameters, to: nil))),
        ]
        if records.count > limit, let last = rows.last {
            links.append(("next", .string(link(parameters, to: ("page[after]", RecordCursor.encode(last))))))
        }
        var writer = JSONWriter(reserving: rows.reduce(512) { $0 + $1.data.count + 160 })
        writer.beginObject()
        writer.key("jsonapi")
        writer.write(["version": "1.1"])
        writer.key("links")
        writer.write(.object(JSONObject(links)))
        writer.key("data")
        writer.beginArray()
        for record in rows { Self.write(record, of: pipeline, to: &writer) }
        writer.endArray()
        writer.endObject()
        return found(writer.bytes)
    }

    /// One record, at the address that the list gives it.
    private func record() async throws -> Response {
        _ = try parameters(nil, [])
        let pipeline = try id()
        guard let place = context.parameters.get("record").flatMap(RecordCursor.decode) else { throw Self.noRecord }
        let behind = RecordPosition(ingestedAt: place.ingestedAt, id: place.id.saturatingAdded(1))
        let found = try await service.records(of: pipeline, before: behind, limit: 1, as: principal)
        guard let record = found.first, record.id == place.id, record.ingestedAt == place.ingestedAt else {
            throw Self.noRecord
        }
        var writer = JSONWriter(reserving: record.data.count + 512)
        writer.beginObject()
        writer.key("jsonapi")
        writer.write(["version": "1.1"])
        writer.key("links")
        writer.write(["self": .string(request.uri.string)])
        writer.key("data")
        Self.write(record, of: pipeline, to: &writer)
        writer.endObject()
        return self.found(writer.bytes)
    }

    private static let noRecord = DashError(.notFound, "There is no such record.")

    private func ledger() async throws -> Response {
        _ = try parameters(nil, [])
        let pipeline = try id()
        let ledger = try await service.ledger(of: pipeline, as: principal)
        var counts = JSONObject(LedgerEntry.allCases.map { ($0.rawValue, .number(JSONNumber(ledger[$0]))) })
        counts["in_flight"] = .number(JSONNumber(ledger.difference))
        return found(Self.encoded("ledgers", pipeline.text, counts))
    }

    /// The quarantine by reason: how many, and from when to when.
    private func quarantine() async throws -> Response {
        _ = try parameters(nil, [])
        let pipeline = try id()
        let counts = try await service.quarantineCounts(of: pipeline, as: principal)
        let reasons = counts.map { count -> JSONValue in
            [
                "rule": .string(count.rule), "field": count.field.map { .string($0) } ?? .null,
                "reason": .string(count.reason), "count": .number(JSONNumber(count.count)),
                "oldest": .string(count.oldest.text), "newest": .string(count.newest.text),
            ]
        }
        let total = try await service.quarantineExtent(of: pipeline, matching: QuarantineFilter(), as: principal)
        let attributes = JSONObject([("count", .number(JSONNumber(total))), ("reasons", .array(reasons))])
        return found(Self.encoded("quarantines", pipeline.text, attributes))
    }

    private func query() async throws -> Response {
        _ = try parameters(nil, [])
        try MediaTypes.requireSupported(request, alsoPlain: true)
        let result = try await service.query(try RequestDocument.json(try await body()), as: principal)
        return RESTResponse.make(.ok, result.encoded(), type: MediaTypes.json)
    }

    private static func write(_ record: Record, of pipeline: UUID, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("type")
        writer.string(PolicyTable.records)
        writer.key("id")
        writer.string(String(record.id))
        writer.key("attributes")
        writer.beginObject()
        writer.key("ingested_at")
        writer.string(record.ingestedAt.text)
        writer.key("data")
        writer.raw(record.data)
        writer.endObject()
        writer.key("links")
        writer.write(["self": .string(address(of: record, in: pipeline))])
        writer.endObject()
    }

    /// Records are found by their time and id together.
    private static func address(of record: Record, in pipeline: UUID) -> String {
        ResourceDocument.address(Resources.pipelines.name, pipeline) + "/records/" + RecordCursor.encode(record)
    }
}
