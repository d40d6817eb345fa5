import DashModel

/// Copies an installation from one database to another, table by table; when it was stopped, it goes on where it was.
public struct TableCopy: Sendable {
    let source: any TableSource
    let target: any TableTarget
    /// Rows and bytes of one transaction, about.
    let batch: (rows: Int, bytes: Int)

    public init(from source: any TableSource, to target: any TableTarget, batchRows: Int = 10_000) {
        self.source = source
        self.target = target
        batch = (batchRows, 8 << 20)
    }

    /// Returns what both sides hold at the end; throws when they differ.
    @discardableResult
    public func run(report: @Sendable (CopyReport) -> Void) async throws -> [CopiedTable] {
        let plan = try CopyPlan(from: try await source.tables(), to: try await target.tables())
        let positions = try await target.beginCopy(of: try await source.identity(), plan.steps)
        var totals: [String: Int] = [:]
        for step in plan.steps { totals[step.table] = try await source.rowCount(of: step.table) }
        var copied = positions.values.reduce(0) { $0 + $1.rows }
        report(.started(total: totals.values.reduce(0, +), copied: copied))
        try await target.prepareRecords(try await source.recordDays())
        for step in plan.steps {
            try await copy(step, from: positions[step.table]) { rows, added in
                copied += added
                report(.copied(table: step.table, rows: rows, total: totals[step.table] ?? rows, copied: copied))
            }
        }
        try await target.continueRecordIDs(at: try await source.nextRecordID())
        let tables = try await compare(plan, report)
        try await target.endCopy()
        return tables
    }

    /// Reads a batch while the one before it is written.
    private func copy(
        _ step: CopyStep,
        from start: CopyPosition?,
        _ report: (_ rows: Int, _ added: Int) -> Void
    ) async throws {
        var position = start
        var rows = try await page(step, after: position)
        while let last = rows.last {
            let next = CopyPosition(key: step.key.map { last.cells[$0] }, rows: (position?.rows ?? 0) + rows.count)
            async let following = page(step, after: next)
            try await target.append(rows, to: step, from: position, position: next)
            report(next.rows, rows.count)
            position = next
            rows = try await following
        }
    }

    private func page(_ step: CopyStep, after position: CopyPosition?) async throws -> [SQLRow] {
        try await source.page(step, after: position?.key, limit: batch.rows, bytes: batch.bytes)
            .map { try step.row($0) }
    }

    /// Adds up both sides at the same time.
    private func compare(_ plan: CopyPlan, _ report: (CopyReport) -> Void) async throws -> [CopiedTable] {
        var tables: [CopiedTable] = []
        for step in plan.steps {
            async let before = source.sum(step)
            async let after = target.sum(step)
            let table = CopiedTable(table: step.table, source: try await before, target: try await after)
            report(.compared(table))
            tables.append(table)
        }
        let different = tables.filter { !$0.isEqual }
        guard different.isEmpty else {
            let list = different.map {
                "\($0.table) (\($0.source.rows) rows, \($0.source.checksum); copied \($0.target.rows), \($0.target.checksum))"
            }
            throw DashError(
                .conflict,
                """
                The copy differs from its source in \(list.joined(separator: ", ")). The source was written to \
                meanwhile, or the target was: empty the target and copy again.
                """
            )
        }
        return tables
    }
}
