import DashJSON
import DashMapping
import DashModel

/// Definitions of mappings against odd records.
struct MappingTarget: FuzzTarget {
    let name = "mappings"

    private static let formats = [
        "rfc3339", "unix", "unix_ms", "unix_us", "unix_ns", "rfc2822", "%s.%f", "%s", "%Y-%m-%dT%H:%M:%S.%f%z",
        "%d/%b/%y", "%F %T",
        "%a, %d %b %Y %T %Z", "%I:%M %p %F", "%%%Y%m%d",
    ]
    private static let types = ["string", "integer", "number", "boolean", "timestamp", "json"]
    private static let changes = [
        #"{"kind":"rename","from":"{k}","to":"{k}"}"#, #"{"kind":"drop","fields":["{k}","{k}"]}"#,
        #"{"kind":"keep","fields":["{k}","{k}","{k}"]}"#, #"{"kind":"flatten","field":"{k}","separator":"{s}"}"#,
        #"{"kind":"flatten"}"#, #"{"kind":"explode","field":"{k}","merge":true}"#, #"{"kind":"explode","field":"{k}"}"#,
        #"{"kind":"constant","field":"{k}","value":{j}}"#,
        #"{"kind":"split","field":"{k}","separator":"{s}","trim":true}"#,
        #"{"kind":"join","field":"{k}","separator":"{s}"}"#, #"{"kind":"join","fields":["{k}","{k}"],"to":"{k}"}"#,
        #"{"kind":"lookup","field":"{k}","table":{"{q}":{j},"1":2},"default":{j}}"#,
        #"{"kind":"deduplicate","fields":["{k}"],"window_seconds":{i},"max_keys":{i}}"#,
        #"{"kind":"redact","fields":["{k}"],"keep_last":{i}}"#, #"{"kind":"redact","fields":["{k}"],"with":"{s}"}"#,
        #"{"kind":"hash","fields":["{k}"],"salt":"{s}"}"#,
    ]
    private static let rules = [
        #"{"kind":"required","field":"{k}"}"#, #"{"kind":"type","field":"{k}","type":"timestamp"}"#,
        #"{"kind":"type","field":"{k}","type":"integer"}"#, #"{"kind":"enum","field":"{k}","values":[{j},{n},"{q}"]}"#,
        #"{"kind":"range","field":"{k}","min":{n},"max":{n}}"#, #"{"kind":"unique","field":"{k}","max_keys":1}"#,
        #"{"kind":"regex","field":"{k}","pattern":"^[0-9.]+$"}"#,
    ]

    func run(_ input: inout FuzzInput) throws {
        let text = input.note(definition(&input))
        guard let json = try? JSONValue(parsing: text), let definition = try? MappingDefinition(json),
            let program = try? MappingProgram(compiling: definition)
        else { return }
        let records = "[" + Bodies.objects(&input).joined(separator: ",") + "]"
        guard let decoded = try? RecordsDecoder().decode(Array(input.note(records).utf8)) else { return }
        let memory = program.makeMemory()
        let receivedAt = input.pick([Timestamp(seconds: 1_790_000_000), Timestamp(microseconds: .max), .epoch])
        for _ in 0..<2 {
            let output = program.run(decoded, receivedAt: receivedAt, memory: memory)
            // What is stored must be readable for the next pipeline.
            _ = try? program.run(output.records, receivedAt: receivedAt)
        }
    }

    private func definition(_ input: inout FuzzInput) -> String {
        let mappings = (0..<input.int(0...4)).map { _ in mapping(&input) }
        let changes = (0..<input.int(0...4)).map { _ in change(&input) }
        let rules = (0..<input.int(0...3)).map { _ in rule(&input) }
        let parts = [
            #""mappings":[\#(mappings.joined(separator: ","))]"#,
            #""transformations":[\#(changes.joined(separator: ","))]"#, #""rules":[\#(rules.joined(separator: ","))]"#,
        ]
        return "{" + parts.joined(separator: ",") + "}"
    }

    private func mapping(_ input: inout FuzzInput) -> String {
        let type = input.pick(Self.types)
        var text = #"{"target":"{k}","source":"$.{k}","type":"\#(type)""#
        if type == "timestamp", input.isOne(in: 2) { text += #","format":"\#(input.pick(Self.formats))""# }
        if input.isOne(in: 4) { text += #","default":{j}"# }
        if input.isOne(in: 8) { text = text.replacing("$.{k}", with: "$.{k}[{i}:{i}:{i}]") }
        return input.filled(text + "}")
    }

    private func change(_ input: inout FuzzInput) -> String {
        switch input.int(0...4) {
        case 0: return input.filled(#"{"kind":"cast","field":"{k}","type":"\#(input.pick(Self.types))"}"#)
        case 1: return input.filled(#"{"kind":"parse_time","field":"{k}","format":"\#(input.pick(Self.formats))"}"#)
        case 2:
            let expression = JSONValue.string(Expressions.any(&input)).text
            let compute = #"{"kind":"compute","target":"{k}","expression":\#(expression)}"#
            return input.pick([compute, #"{"kind":"filter","expression":\#(expression)}"#]).replacing("{k}", with: "v")
        default: return input.filled(input.pick(Self.changes))
        }
    }

    private func rule(_ input: inout FuzzInput) -> String {
        guard input.isOne(in: 4) else { return input.filled(input.pick(Self.rules)) }
        return #"{"kind":"cel","expression":\#(JSONValue.string(Expressions.any(&input)).text)}"#
    }
}
