/// Expressions in CEL.
enum Expressions {
    private static let templates = [
        "{n}", "{i}", "{n}u", "duration('{d}')", "timestamp('{t}')", "'{s}'", "b'{s}'", "[{i}, {n}, '{q}']",
        "record.{k}", "record",
        "{'a': {i}, {i}: 'b'}", "int('{q}')", "uint('{q}')", "double('{q}')", "double({i})", "int({n})", "uint({n})",
        "string({n})",
        "timestamp({i})", "'{s}'.substring({i}, {i})", "'{s}'.charAt({i})", "'{s}'.indexOf('{s}', {i})", "now",
        "'{s}'.lastIndexOf('{s}', {i})", "'{s}'.replace('{s}', '{s}', {i})", "'{s}'.split('{s}', {i})",
        "'%d %s %.3f %e'.format([{i}, '{s}', {n}, {n}])",
        "'%x %b %o %X'.format([{i}, {i}, {i}, '{s}'])", "'%.{i}f'.format([{n}])", "[1, 2, 3].slice({i}, {i})",
        "[[1], [2]].flatten({i})",
        "lists.range({i})", "math.bitShiftLeft({i}, {i})", "math.bitShiftRight({i}, {i})", "math.abs({i})",
        "math.round({n})", "math.ceil({n})",
        "math.sqrt({n})", "math.greatest({n}, {i}, {n})", "math.bitNot({i})", "math.trunc({n})", "-({i})",
        "record.{k} + record.{k}",
        "record.l.map(x, x * {i})", "record.l.filter(x, x > {n})", "record.l.all(x, y, x == {i} || y == {n})",
        "record.l.sortBy(x, x)",
        "timestamp('{t}').getHours('{s}')", "timestamp('{t}').getDayOfYear()", "timestamp('{t}').getFullYear('+99:99')",
        "'{s}'.matches('{s}')",
        "duration('{d}').getMilliseconds()", "base64.decode('{s}')", "strings.quote('{s}')", "'{s}'.trim()",
        "record.?{k}.orValue({n})",
        "sets.contains([{i}], [{n}])", "['{s}', '{q}'].join('{s}')", "record.{k}[{i}]", "[1][{i}]", "record[?'{s}']",
        "{i} in [{n}, {i}]",
        "cel.bind(x, {n}, x + x)", "type({n})", "size('{s}')", "'\\u{n}'", "'\\x{q}'", "0x{q}", "{i}.{i}e{i}",
    ]
    private static let operators = ["+", "-", "*", "/", "%", "==", "<", ">=", "&&", "||", "in", "? 1 :"]

    static func any(_ input: inout FuzzInput) -> String {
        var text = input.filled(input.pick(templates))
        for _ in 0..<input.int(0...3) {
            let other = input.filled(input.pick(templates))
            text = input.isOne(in: 3) ? "(\(text))" : text
            text += " \(input.pick(operators)) \(other)"
        }
        if input.isOne(in: 40) {
            text = String(repeating: input.pick(["(", "-", "!", "["]), count: input.int(1...600)) + text
        }
        return input.isOne(in: 8) ? input.mutated(text) : text
    }
}
