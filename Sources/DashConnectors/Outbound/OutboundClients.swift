import AsyncHTTPClient
import Synchronization

/// HTTP clients by the address they are pinned to. Connections are kept for the next poll; idle clients beyond the
/// capacity are closed.
final class OutboundClients: Sendable {
    /// A host and the checked address that stands for it.
    struct Target: Hashable, Sendable {
        var host: String
        var address: String
    }

    private struct Entry {
        var client: HTTPClient
        var uses: Int
        var lastUse: Int
    }

    private struct State {
        var entries: [Target: Entry] = [:]
        var turn = 0
    }

    private let state = Mutex(State())
    private let capacity: Int

    init(capacity: Int = 128) { self.capacity = capacity }

    /// Lends the target's client to `body`.
    func withClient<Result>(
        for target: Target,
        make: () -> HTTPClient,
        _ body: (HTTPClient) async throws -> Result
    ) async throws -> Result {
        let client = state.withLock { state in
            state.turn += 1
            let client = state.entries[target]?.client ?? make()
            let uses = state.entries[target]?.uses ?? 0
            state.entries[target] = Entry(client: client, uses: uses + 1, lastUse: state.turn)
            return client
        }
        do {
            let result = try await body(client)
            await release(target)
            return result
        } catch {
            await release(target)
            throw error
        }
    }

    func closeAll() async {
        let clients = state.withLock { state in
            defer { state.entries = [:] }
            return state.entries.values.map(\.client)
        }
        for client in clients { try? await client.shutdown() }
    }

    private func release(_ target: Target) async {
        let surplus: [HTTPClient] = state.withLock { state in
            state.entries[target]?.uses -= 1
            var closed: [HTTPClient] = []
            while state.entries.count > capacity,
                let oldest = state.entries.filter({ $0.value.uses == 0 }).min(by: {
                    $0.value.lastUse < $1.value.lastUse
                })
            {
                state.entries[oldest.key] = nil
                closed.append(oldest.value.client)
            }
            return closed
        }
        for client in surplus { try? await client.shutdown() }
    }
}
