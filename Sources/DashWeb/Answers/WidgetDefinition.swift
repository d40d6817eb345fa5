import DashAPI
import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// A widget as the live view computes it.
struct WidgetDefinition: Sendable {
    var id: UUID
    var type: String
    /// nil for a type that this server lacks.
    var kind: WidgetKind? { WidgetKinds.named(type) }
    /// nil for a widget that shows no data, or whose query can't be read.
    var query: DataQuery?
    /// Why the query can't be read, for the person who sees the widget.
    var problem: String?
    var updatedAt: String

    init(_ row: ResourceRow) {
        id = row.id
        type = row.string("type") ?? ""
        updatedAt = row.string("updated_at") ?? ""
        guard let kind else {
            problem = "This server has no widgets of the type \(type)."
            return
        }
        guard kind.query != nil else { return }
        guard row["data_query"]["pipeline_id"] != nil else {
            problem = "Choose a pipeline for this widget."
            return
        }
        do {
            query = try DataQuery(json: row["data_query"])
        } catch let error as DashError {
            problem = error.description
        } catch {
            problem = "The widget's query can't be read."
        }
    }

    /// Whether there is an answer to wait for.
    var showsData: Bool { query != nil || problem != nil }

    var key: String { id.text }
}
