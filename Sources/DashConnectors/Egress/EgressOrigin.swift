public import DashPipeline
public import DashStorage
public import FoundationEssentials

/// On whose behalf a connection is made, for the egress log.
public struct EgressOrigin: Sendable, Hashable {
    public var team: UUID
    public var pipeline: UUID

    public init(team: UUID, pipeline: UUID) {
        self.team = team
        self.pipeline = pipeline
    }

    public init(_ request: FetchRequest) { self.init(team: request.team, pipeline: request.pipeline) }

    public init(_ delivery: Delivery) { self.init(team: delivery.team, pipeline: delivery.pipeline) }
}
