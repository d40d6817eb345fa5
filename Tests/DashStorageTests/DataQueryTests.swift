import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Testing

@Suite("Data queries as JSON")
struct DataQueryTests {
    private let pipeline = UUID()

    @Test("there and back")
    func roundTrip() throws {
        let json: JSONValue = [
            "pipeline_id": .string(pipeline.text),
            "fields": [["path": "a.b", "as": "x", "aggregate": "avg"], "room"],
            "filters": [["path": "a", "op": "in", "value": [1, 2]]],
            "group_by": ["room"], "bucket": "15m", "range": ["last": "7d"], "order": "desc", "limit": 20,
        ]
        let query = try DataQuery(json: json)
        #expect(query.fields == [.init(path: "a.b", alias: "x", aggregate: .avg), .init(path: "room")])
        #expect(query.bucket == .width(.seconds(900)) && query.range == .last(.seconds(604_800)))
        #expect(query.order == .desc && query.limit == 20)
        #expect(try DataQuery(json: query.json) == query)
        let between = DataQuery(
            pipeline: pipeline,
            fields: [],
            bucket: .auto,
            range: .between(from: .epoch, to: Timestamp(seconds: 90))
        )
        #expect(try DataQuery(json: between.json) == between)
    }

    @Test("everything that is wrong is told at once, with pointers")
    func issues() throws {
        let json: JSONValue = [
            "fields": [["path": "a..b"], ["path": "a", "aggregate": "median"]],
            "filters": [["path": "a", "op": "like", "value": 1], ["path": "a", "op": "gt", "value": true]],
            "bucket": "soon", "range": ["last": "-3h"], "order": "up", "limit": 0, "wat": 1,
        ]
        let error = #expect(throws: DashError.self) { try DataQuery(json: json) }
        #expect(
            Set(error?.issues.map(\.pointer) ?? []) == [
                "/wat", "/pipeline_id", "/fields/0/path", "/fields/1/aggregate", "/filters/0/op", "/filters/1/value",
                "/bucket", "/range/last", "/order", "/limit",
            ]
        )
        #expect(throws: DashError.self) { try DataQuery(json: 3) }
    }

    @Test("the answer's JSON")
    func result() {
        let result = DataResult(
            columns: [.init(name: "time", type: "time", role: .time), .init(name: "n", type: "number")],
            rows: [["1970-01-01T00:00:00Z", 2.5]],
            bucketWidth: .seconds(3_600),
            from: .epoch,
            to: Timestamp(seconds: 60),
            isTruncated: true,
            groups: .init(shown: 2, total: 3),
            asOf: Timestamp(seconds: 30)
        )
        let text = String(decoding: result.encoded(), as: UTF8.self)
        #expect(
            text == #"{"data":{"columns":[{"name":"time","type":"time","role":"time"},"#
                + #"{"name":"n","type":"number","role":"measure"}],"#
                + #""rows":[["1970-01-01T00:00:00Z",2.5]]},"meta":{"bucket":"1h","from":"1970-01-01T00:00:00Z","#
                + #""to":"1970-01-01T00:01:00Z","rolled_up":false,"truncated":true,"#
                + #""groups":{"shown":2,"total":3},"as_of":"1970-01-01T00:00:30Z"}}"#
        )
    }
}
