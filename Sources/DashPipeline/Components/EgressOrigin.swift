public import DashStorage
public import FoundationEssentials

/// On whose behalf a connection is made: whose share of look-ups it takes, and what the egress log tells.
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
