import DashJSON
import DashModel
import DashPipeline
import Foundation

@testable import DashConnectors

/// One HTTP source polled again and again, its cursor kept from run to run as the store would.
final class PollingScene {
    let api: any HTTPTransport
    let clock: any WallClock
    private(set) var cursor: JSONValue?

    init(_ api: any HTTPTransport, clock: any WallClock = SystemClock(), cursor: JSONValue? = nil) {
        self.api = api
        self.clock = clock
        self.cursor = cursor
    }

    /// One run; the lines, or the whole body, it brought.
    @discardableResult
    func poll(_ config: JSONValue, kind: String = "http") async throws -> String {
        let sender = AuthorizedHTTP(api, clock: clock)
        let source: any Source =
            kind == "graphql"
            ? try GraphQLSource(config: config, http: sender, clock: clock)
            : try HTTPSource(config: config, http: sender, clock: clock)
        let request = FetchRequest(team: UUID(), pipeline: UUID(), dueAt: .epoch, cursor: cursor)
        let body = try await source.fetch(request)
        cursor = try body.cursor.map { try JSONValue(parsing: $0.encoded()) }
        return String(decoding: body.bytes, as: UTF8.self)
    }
}
