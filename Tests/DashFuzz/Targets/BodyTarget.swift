import DashJSON
import DashMapping
import DashPipeline
import TestSupport

/// Posted bodies in every format, packed ones too.
struct BodyTarget: FuzzTarget {
    let name = "bodies"

    private static let framings: [RecordsDecoder.Framing] = [.json, .lines, .auto, .sequence, .csv, .xml, .form]

    func run(_ input: inout FuzzInput) {
        let text = Bodies.any(&input)
        let bytes = input.note(input.isOne(in: 2) ? input.mutated(Array(text.utf8)) : Array(text.utf8))
        let path = try? JSONPath(input.filled(input.pick(["$", "$[*]", "$.{k}", "$..{k}", "$.{k}[{i}:{i}:{i}]"])))
        for framing in Self.framings {
            var form = BodyForm(framing)
            if input.isOne(in: 3) {
                form.charset = input.pick(["latin1", "utf-16", "utf-8", "shift_jis", "utf-32", "x"])
            }
            if input.isOne(in: 4) { form.table = TableForm(delimiter: input.pick([nil, 9, 59]), hasHeader: false) }
            let decoder = RecordsDecoder(form, path: input.isOne(in: 3) ? path : nil)
            guard let records = try? decoder.decode(bytes) else { continue }
            for root in records.roots.prefix(50) { _ = records.document.view(root).compactBytes }
            var inference = SchemaInference()
            inference.add(records)
            _ = SchemaDrift(of: records, from: inference.schema)
        }
        inflate(input.isOne(in: 2) ? deflated(bytes, windowBits: input.pick([31, 15, -15])) : bytes, &input)
    }

    private func inflate(_ bytes: [UInt8], _ input: inout FuzzInput) {
        let inflater = Inflater(input.pick([.gzip, .deflate]), limit: 1 << 20)
        var rest = (input.isOne(in: 3) ? input.mutated(bytes) : bytes)[...]
        while !rest.isEmpty {
            let piece = rest.prefix(input.int(1...400))
            rest = rest.dropFirst(piece.count)
            guard (try? piece.withUnsafeBytes({ try inflater.write($0) })) != nil else { return }
        }
        _ = try? inflater.finish()
    }
}
