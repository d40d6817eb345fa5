public import DashModel

/// Which tables are copied, in an order in which no foreign key points ahead. It is worked out from both live catalogues,
/// so a table or column that one side lacks stops the copy instead of being forgotten.
public struct CopyPlan: Sendable {
    public let steps: [CopyStep]

    /// Throws everything in which the two sides do not fit.
    public init(from source: [CopyTable], to target: [CopyTable]) throws(DashError) {
        let targets = Dictionary(target.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let names = Set(source.map(\.name))
        var faults = target.filter { !names.contains($0.name) }.map { "the source has no table \($0.name)" }
        var steps: [CopyStep] = []
        for table in source {
            guard let other = targets[table.name] else {
                faults.append("the target has no table \(table.name)")
                continue
            }
            let (step, own) = Self.step(table, other)
            steps.append(step)
            faults += own
        }
        guard faults.isEmpty else {
            throw DashError(
                .preconditionFailed,
                "The two databases do not fit: \(faults.sorted().joined(separator: "; "))."
            )
        }
        self.steps = try Self.ordered(steps, source + target)
    }

    private static func step(_ source: CopyTable, _ target: CopyTable) -> (step: CopyStep, faults: [String]) {
        let given = Dictionary(source.columns.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let taken = Set(target.columns.map(\.name))
        let sealed = Set(Resources.named(source.name)?.columns.filter(\.isSealed).map(\.name) ?? [])
        var faults = source.columns.filter { !$0.isGenerated && !taken.contains($0.name) }
            .map { "the target has no column \(source.name).\($0.name)" }
        var columns: [CopyStep.Column] = []
        for column in target.columns where !column.isGenerated {
            let name = "\(source.name).\(column.name)"
            guard let other = given[column.name] else {
                if !column.isOptional { faults.append("the source has no column \(name)") }
                continue
            }
            guard let kind = sealed.contains(column.name) ? .sealed : column.kind ?? other.kind else {
                faults.append("neither side tells what the column \(name) holds")
                continue
            }
            columns.append(.init(name: column.name, kind: kind))
        }
        let key = source.key.compactMap { name in columns.firstIndex { $0.name == name } }
        if key.isEmpty || key.count != source.key.count { faults.append("the table \(source.name) has no primary key") }
        return (CopyStep(table: source.name, columns: columns, key: key), faults)
    }

    /// Those first that others refer to.
    private static func ordered(_ steps: [CopyStep], _ tables: [CopyTable]) throws(DashError) -> [CopyStep] {
        var references: [String: Set<String>] = [:]
        for table in tables { references[table.name, default: []].formUnion(table.references) }
        var waiting = steps.sorted { $0.table < $1.table }
        var ordered: [CopyStep] = []
        var done: Set<String> = []
        while !waiting.isEmpty {
            let ready = waiting.filter { step in
                (references[step.table] ?? []).allSatisfy { $0 == step.table || done.contains($0) }
            }
            guard !ready.isEmpty else {
                let names = waiting.map(\.table).joined(separator: ", ")
                throw DashError(.internal, "The foreign keys of \(names) lead in a circle or out of the copy.")
            }
            ordered += ready
            done.formUnion(ready.map(\.table))
            waiting.removeAll { done.contains($0.table) }
        }
        return ordered
    }
}
