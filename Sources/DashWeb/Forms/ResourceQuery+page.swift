import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Hummingbird

extension ResourceQuery {
    /// Rows of a page's list.
    static let pageSize = 50

    /// A page of a pipeline's rows, the newest first, from where the request says that the last page ended.
    static func page(of pipeline: UUID, newestBy column: String, _ request: Request) -> ResourceQuery {
        ResourceQuery(
            filters: [.init("pipeline_id", .eq, .string(pipeline.text))],
            sort: [.init(column, descending: true)],
            limit: pageSize,
            after: FormData.query(of: request).text("after")
        )
    }
}
