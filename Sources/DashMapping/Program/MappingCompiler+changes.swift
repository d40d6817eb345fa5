import DashJSON

extension MappingCompiler {
    mutating func change(_ transformation: Transformation) -> CompiledMapping.Change {
        switch transformation {
        case .rename(let from, let to): return .rename(from: compiled(from), to: compiled(to), name: add(name: to))
        case .drop(let fields): return .drop(fields.map { compiled($0) })
        case .keep(let fields): return .keep(fields.map { compiled($0) })
        case .flatten(let field, let separator):
            var quoted: [UInt8] = []
            JSONEscaping.append(separator, to: &quoted)
            return .flatten(field.map { compiled($0) }, separator: Array(quoted.dropFirst().dropLast()))
        case .explode(let field, let merge): return .explode(compiled(field), merge: merge, name: add(name: field))
        case .cast(let field, let type, let format):
            return .cast(compiled(field), type, format: add(format: format), name: add(name: field))
        case .constant(let field, let value):
            return .constant(compiled(field), node: constant(value), name: add(name: field))
        case .split(let field, let to, let separator, let trims):
            let step = MappingStep.split(
                compiled(field),
                to: compiled(to),
                separator: Array(separator.utf8),
                trims: trims
            )
            return .step(step, name: add(name: field))
        case .join(let fields, let to, let separator):
            let step = MappingStep.join(fields.map { compiled($0) }, to: compiled(to), separator: Array(separator.utf8))
            return .step(step, name: add(name: to))
        case .lookup(let field, let to, let table, let defaultValue):
            let entries = table.members.map { ($0.key, constant($0.value)) }
            let step = MappingStep.lookup(
                compiled(field),
                to: compiled(to),
                table: Dictionary(entries, uniquingKeysWith: { $1 }),
                defaultNode: defaultValue.map { constant($0) } ?? -1
            )
            return .step(step, name: add(name: to))
        case .parseTime(let field, let to, let format):
            let step = MappingStep.parseTime(compiled(field), to: compiled(to), format: add(format: format))
            return .step(step, name: add(name: field))
        case .redact(let fields, let redaction):
            return .step(.redact(fields.map { compiled($0) }, redaction), name: -1)
        case .hash(let fields, let salt):
            return .step(.hash(fields.map { compiled($0) }, salt: salt.map { Array($0.utf8) }), name: -1)
        case .deduplicate(let fields, let limits):
            return .deduplicate(fields.map { compiled($0) }, window: window("deduplicate", fields, limits))
        case .compute(let target, let expression):
            return .compute(compiled(target), expression: add(expression: expression), name: add(name: target))
        case .filter(let expression): return .filter(expression: add(expression: expression))
        }
    }
}
