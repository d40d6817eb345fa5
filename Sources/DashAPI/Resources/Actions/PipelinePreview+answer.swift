public import DashJSON
import DashModel
public import DashPipeline
import DashStorage

extension PipelinePreview: AnswerValues {
    public func write(to writer: inout JSONWriter) {
        writer.key("input")
        writer.write(.array(input))
        writer.key("output")
        Self.write(output, to: &writer)
        writer.key("quarantined")
        writer.beginArray()
        for record in quarantined { writer.write(Self.refusal(record)) }
        writer.endArray()
        writer.key("records")
        writer.beginArray()
        for record in records { Self.write(record, to: &writer) }
        writer.endArray()
        writer.key("test_failures")
        writer.write(.array(testFailures.map { ["pointer": .string($0.pointer), "message": .string($0.message)] }))
        writer.key("schema")
        writer.write(schema)
    }

    private static func write(_ record: PreviewedRecord, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("outcome")
        writer.string(record.outcome.rawValue)
        writer.key("input")
        writer.write(record.input)
        writer.key("output")
        write(record.output, to: &writer)
        writer.key("refusal")
        writer.write(record.refusal.map(refusal) ?? .null)
        writer.endObject()
    }

    private static func write(_ records: RecordBytes, to writer: inout JSONWriter) {
        writer.beginArray()
        for index in 0..<records.count { writer.raw(records[index]) }
        writer.endArray()
    }

    private static func refusal(_ record: QuarantinedRecord) -> JSONValue {
        [
            "rule": .string(record.rule), "field": record.field.map { .string($0) } ?? .null,
            "reason": .string(record.reason), "data": .string(String(decoding: record.data, as: UTF8.self)),
        ]
    }
}
