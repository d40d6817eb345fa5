import DashModel
import DashPipeline

/// What an action does. The service has asked the policy, found the row and checked the parameters.
typealias ActionRule = @Sendable (ActionCall) async throws -> ActionEffect

/// A permitted action on its way to what it does.
struct ActionCall: Sendable {
    let action: Action
    let resource: Resource
    /// As it is stored.
    let row: ResourceRow
    let parameters: ActionParameters
    let context: RuleContext

    var operations: any PipelineOperations { context.service.operations }
    /// The row as clients see it.
    var shownRow: ResourceRow { context.service.shown(row, of: resource) }
}
