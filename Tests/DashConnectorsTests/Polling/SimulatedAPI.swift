import DashModel
import DashPipeline
import NIOHTTP1
import Synchronization
import TestSupport

@testable import DashConnectors

/// An API in memory whose records keep coming, some late and many at the same second, and that fails as it likes. It is
/// the clock of its world as well.
final class SimulatedAPI: HTTPTransport, WallClock {
    /// How it hands out its pages.
    enum Style: CaseIterable, Sendable {
        case single, pagesUp, pagesDown, offsetUp, offsetArrival, keysetUp, tokenDown, linkUp
    }

    struct Item: Sendable, Hashable {
        var id: Int
        var value: Int64
    }

    private struct State {
        var generator: SeededGenerator
        var items: [Item] = []
        var seconds: Int64 = 1_700_000_000
        var isCalm = false
        var failures = 0
    }

    let style: Style
    let pageSize: Int
    /// As late as records come.
    let lateness: Int64
    private let failureRate: Int
    private let state: Mutex<State>

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        style = Style.allCases.randomElement(using: &generator) ?? .single
        pageSize = Int.random(in: 1...4, using: &generator)
        lateness = [0, 0, 3, 20].randomElement(using: &generator) ?? 0
        failureRate = [0, 10, 30].randomElement(using: &generator) ?? 0
        state = Mutex(State(generator: generator))
        grow(upTo: 8)
    }

    var now: Timestamp { Timestamp(seconds: state.withLock { $0.seconds }) }
    var items: [Item] { state.withLock { $0.items } }
    var failures: Int { state.withLock { $0.failures } }

    /// From here on nothing comes and nothing fails.
    func calmDown() { state.withLock { $0.isCalm = true } }

    /// Some records come, at most so many; ids are in no order.
    func grow(upTo count: Int) {
        state.withLock { state in
            guard !state.isCalm else { return }
            state.seconds += [0, 0, 1, 5].randomElement(using: &state.generator) ?? 0
            for _ in 0..<Int.random(in: 0...count, using: &state.generator) {
                let late = Int64.random(in: 0...lateness, using: &state.generator)
                let id = Int.random(in: 0..<1_000_000_000, using: &state.generator)
                state.items.append(Item(id: id, value: state.seconds - late))
            }
        }
    }

    /// Whether something happens that has this chance in a hundred.
    func chance(_ percent: Int) -> Bool {
        state.withLock { Int.random(in: 0..<100, using: &$0.generator) < percent }
    }

    func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        if chance(40) { grow(upTo: 2) }
        let query = Self.query(request.url)
        let isCalm = state.withLock { $0.isCalm }
        if !isCalm, chance(failureRate) {
            state.withLock { $0.failures += 1 }
            let isFirst = query["cursor"] == nil && query["page"] ?? "1" == "1" && query["offset"] ?? "0" == "0"
            return try fail(isFirst: isFirst)
        }
        return page(query)
    }

    private func fail(isFirst: Bool) throws -> OutboundResponse {
        switch state.withLock({ Int.random(in: 0..<4, using: &$0.generator) }) {
        case 0: throw DashError(.unavailable, "no answer")
        case 1: return OutboundResponse(status: .tooManyRequests, headers: ["retry-after": "1"], body: [])
        // Tokens of pages may stop being valid.
        case 2 where !isFirst: return OutboundResponse(status: .gone, headers: [:], body: [])
        default: return OutboundResponse(status: .serviceUnavailable, headers: [:], body: [])
        }
    }

    private func page(_ query: [String: String]) -> OutboundResponse {
        let since = query["since"].flatMap { Timestamp(text: $0) }.map { $0.microseconds / 1_000_000 } ?? 0
        var found = items.filter { $0.value >= since }
        switch style {
        case .offsetArrival: break
        case .pagesDown, .tokenDown: found.sort { ($0.value, $0.id) > ($1.value, $1.id) }
        default: found.sort { ($0.value, $0.id) < ($1.value, $1.id) }
        }
        var start = 0
        switch style {
        case .single: return answer(found[...], next: nil, link: nil)
        case .pagesUp, .pagesDown: start = ((query["page"].flatMap { Int($0) } ?? 1) - 1) * pageSize
        case .offsetUp, .offsetArrival: start = query["offset"].flatMap { Int($0) } ?? 0
        case .tokenDown, .linkUp: start = query["cursor"].flatMap { Int($0) } ?? 0
        case .keysetUp:
            let parts = (query["cursor"] ?? "").split(separator: "_").compactMap { Int64($0) }
            if parts.count == 2 {
                start = found.firstIndex { ($0.value, Int64($0.id)) > (parts[0], parts[1]) } ?? found.count
            }
        }
        let slice = found.dropFirst(start).prefix(pageSize)
        let end = start + slice.count
        guard end < found.count, let last = slice.last else { return answer(slice, next: nil, link: nil) }
        let token = style == .keysetUp ? "\(last.value)_\(last.id)" : "\(end)"
        let link = "</items?since=\(Timestamp(seconds: since).text)&cursor=\(end)>; rel=\"next\""
        return answer(
            slice,
            next: style == .keysetUp || style == .tokenDown ? token : nil,
            link: style == .linkUp ? link : nil
        )
    }

    private func answer(_ items: ArraySlice<Item>, next: String?, link: String?) -> OutboundResponse {
        let records = items.map { "{\"id\":\($0.id),\"at\":\"\(Timestamp(seconds: $0.value).text)\"}" }
        let more = next.map { ",\"next\":\"\($0)\"" } ?? ""
        var headers: HTTPHeaders = ["content-type": "application/json"]
        if let link { headers.add(name: "link", value: link) }
        return OutboundResponse(
            status: .ok,
            headers: headers,
            body: Array("{\"items\":[\(records.joined(separator: ","))]\(more)}".utf8)
        )
    }

    private static func query(_ url: String) -> [String: String] {
        guard let text = url.split(separator: "?", maxSplits: 1).dropFirst().first else { return [:] }
        var query: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { query[String(parts[0])] = String(parts[1]).replacing("%3A", with: ":") }
        }
        return query
    }
}
