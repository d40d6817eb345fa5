import DashStorage
import Logging
import Synchronization

extension PostgresEngine {
    /// How the records are laid out; nil before `migrate()`.
    public var layoutReport: LayoutReport? { layout.withLock { $0 } }

    /// What the table of records needs from time to time.
    public var maintenance: RecordMaintenance { RecordMaintenance(database: database, posting: posting) }

    func layOut() async throws {
        let report = try await RecordLayout(database: database, hasEagerIndex: hasEagerIndex).establish()
        layout.withLock { $0 = report }
        logger.info("\(report.edition.summary)", metadata: ["edition": "\(report.edition.rawValue)"])
        if report.hasEagerIndex, !hasEagerIndex {
            logger.warning("Records are indexed from their arrival on although the setting is off.")
        }
    }
}
