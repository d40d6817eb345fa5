import DashJSON
import DashMapping
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// Answers that come from the engine rather than from a row.
extension RESTCall {
    func act(_ action: String) async throws -> Response {
        let resource = try resource()
        let parameters = try parameters(nil, [])
        let id = try id()
        let bytes = try await body(upTo: action == "preview" ? RESTResponder.previewLimit : RESTResponder.bodyLimit)
        var input: JSONValue = [:]
        if !bytes.isEmpty {
            try MediaTypes.requireSupported(request, alsoPlain: true)
            input = try RequestDocument.json(bytes)
        }
        let result = try await service.act(
            action,
            on: resource,
            id: id,
            parameters: input,
            as: principal,
            from: context.remoteAddress
        )
        switch result {
        case .row(let written): return try await document(written.row, of: resource, parameters, secret: written.secret)
        case .job(let job):
            return RESTResponse.make(.accepted, Self.encoded("jobs", job, ["pipeline_id": .string(id.text)]))
        case .count(let count):
            return RESTResponse.make(.ok, Self.encoded(meta: ["redriven": .number(JSONNumber(count))]))
        case .comparison(let comparison): return RESTResponse.make(.ok, Self.encoded(comparison))
        case .replay(let replay):
            return try await document(replay, of: Resources.replays, parameters, status: .accepted)
        case .discarded(let count):
            return RESTResponse.make(.ok, Self.encoded(meta: ["discarded": .number(JSONNumber(count))]))
        case .preview(let preview): return RESTResponse.make(.ok, Self.encoded(preview, of: id))
        }
    }

    func records() async throws -> Response {
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
    func record() async throws -> Response {
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

    func ledger() async throws -> Response {
        _ = try parameters(nil, [])
        let pipeline = try id()
        let ledger = try await service.ledger(of: pipeline, as: principal)
        var counts = JSONObject(LedgerEntry.allCases.map { ($0.rawValue, .number(JSONNumber(ledger[$0]))) })
        counts["in_flight"] = .number(JSONNumber(ledger.difference))
        return found(Self.encoded("ledgers", pipeline, .object(counts)))
    }

    /// The quarantine by reason: how many, and from when to when.
    func quarantine() async throws -> Response {
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
        let attributes: JSONValue = ["count": .number(JSONNumber(total)), "reasons": .array(reasons)]
        return found(Self.encoded("quarantines", pipeline, attributes))
    }

    func query() async throws -> Response {
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

    private static func encoded(_ type: String, _ id: UUID, _ attributes: JSONValue) -> [UInt8] {
        let document: JSONValue = [
            "jsonapi": ["version": "1.1"],
            "data": ["type": .string(type), "id": .string(id.text), "attributes": attributes],
        ]
        return document.encoded()
    }

    private static func encoded(meta: JSONValue) -> [UInt8] {
        let document: JSONValue = ["jsonapi": ["version": "1.1"], "meta": meta]
        return document.encoded()
    }

    private static func encoded(_ preview: PipelinePreview, of pipeline: UUID) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("jsonapi")
        writer.write(["version": "1.1"])
        writer.key("data")
        writer.beginObject()
        writer.key("type")
        writer.string("previews")
        writer.key("id")
        writer.string(pipeline.text)
        writer.key("attributes")
        writer.beginObject()
        writer.key("input")
        writer.write(.array(preview.input))
        writer.key("output")
        writer.beginArray()
        for index in 0..<preview.output.count { writer.raw(preview.output[index]) }
        writer.endArray()
        writer.key("quarantined")
        writer.beginArray()
        for record in preview.quarantined { writer.write(refusal(record)) }
        writer.endArray()
        writer.key("records")
        writer.beginArray()
        for record in preview.records { write(record, to: &writer) }
        writer.endArray()
        writer.key("test_failures")
        writer.write(
            .array(preview.testFailures.map { ["pointer": .string($0.pointer), "message": .string($0.message)] })
        )
        writer.key("schema")
        writer.write(preview.schema)
        writer.endObject()
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ record: PreviewedRecord, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("outcome")
        writer.string(record.outcome.rawValue)
        writer.key("input")
        writer.write(record.input)
        writer.key("output")
        writer.beginArray()
        for index in 0..<record.output.count { writer.raw(record.output[index]) }
        writer.endArray()
        writer.key("refusal")
        writer.write(record.refusal.map(refusal) ?? .null)
        writer.endObject()
    }

    private static func refusal(_ record: QuarantinedRecord) -> JSONValue {
        [
            "rule": .string(record.rule), "field": record.field.map { .string($0) } ?? .null,
            "reason": .string(record.reason), "data": .string(String(decoding: record.data, as: UTF8.self)),
        ]
    }

    private static func encoded(_ comparison: MappingComparison) -> [UInt8] {
        let differences = comparison.differences.map { difference -> JSONValue in
            var object = JSONObject([("pointer", .string(difference.pointer))])
            if let before = difference.before { object["before"] = before }
            if let after = difference.after { object["after"] = after }
            return .object(object)
        }
        return encoded(
            "comparisons",
            comparison.version,
            [
                "from": comparison.from.map { .number(JSONNumber($0)) } ?? .null,
                "to": .number(JSONNumber(comparison.to)), "differences": .array(differences),
            ]
        )
    }
}
