import DashJSON
import DashModel

/// Finds steps that would give two fields one name, whatever the records hold: fields that are required or have a default
/// are there in each of them.
struct NameCollisions {
    /// The fields that are there for sure, and whether they are no objects.
    private var known: [FieldPath: Bool] = [:]
    private(set) var issues: [DashError.Issue] = []

    init(_ definition: MappingDefinition) {
        for field in definition.fields where field.isRequired || field.defaultValue.map({ !$0.isNull }) == true {
            known[field.target] = field.type != .json
        }
        for (index, step) in definition.transformations.enumerated() { follow(step, "/transformations/\(index)") }
    }

    private mutating func follow(_ step: Transformation, _ place: String) {
        switch step {
        case .rename(let from, let to):
            let moved = known.filter { from.isPrefix(of: $0.key) }
            if from != to, !moved.isEmpty, known.keys.contains(where: { to.isPrefix(of: $0) && !from.isPrefix(of: $0) })
            {
                let message = "\(to) is a field already, which would be lost: rename or drop it before"
                issues.append(.init(pointer: place + "/to", message: message))
            }
            for (path, isPlain) in moved {
                known[path] = nil
                if let path = FieldPath(keys: to.keys + path.keys.dropFirst(from.keys.count)) { known[path] = isPlain }
            }
        case .drop(let fields): known = known.filter { path, _ in !fields.contains { $0.isPrefix(of: path) } }
        case .keep(let fields): known = known.filter { path, _ in fields.contains { $0.isPrefix(of: path) } }
        case .flatten(let field, let separator): flatten(field, separator, place)
        case .explode(let field, _): known = known.filter { !field.isPrefix(of: $0.key) }
        case .constant(let field, let value):
            known = known.filter { !field.isPrefix(of: $0.key) }
            if !value.isNull { known[field] = value.objectValue == nil }
        case .compute(let field, _), .cast(let field, _, _): known[field] = nil
        case .split(_, let to, _, _), .join(_, let to, _), .lookup(_, let to, _, _), .parseTime(_, let to, _):
            known[to] = nil
        case .redact, .hash, .filter, .deduplicate: break
        }
    }

    private mutating func flatten(_ field: FieldPath?, _ separator: String, _ place: String) {
        var flat: [FieldPath: Bool] = [:]
        for (path, isPlain) in known.sorted(by: { $0.key.text < $1.key.text }) {
            let depth = (field?.keys.count ?? 1) - 1
            let isLifted = field.map { $0.isPrefix(of: path) } ?? true
            let key = path.keys[depth...].joined(separator: separator)
            let target = isLifted ? FieldPath(keys: path.keys[..<depth] + [key]) : path
            guard let target else { continue }
            if let other = flat[target], other, isPlain {
                let message = "flatten would give two fields the name \(target): rename or drop one of them before"
                issues.append(.init(pointer: place, message: message))
            }
            flat[target] = isPlain
        }
        known = flat
    }
}
