import DashModel

/// Lets only so many through at a time for each key, first come, first served; refuses when too many wait.
actor Turnstile<Key: Hashable & Sendable> {
    private struct Gate {
        var inside = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let width: Int
    private let queue: Int
    private var gates: [Key: Gate] = [:]

    init(width: Int, queue: Int) {
        self.width = width
        self.queue = queue
    }

    /// Runs `body` when it is its turn.
    nonisolated func pass<Value>(_ key: Key, _ body: () async throws -> Value) async throws -> Value {
        try await enter(key)
        do {
            let value = try await body()
            await leave(key)
            return value
        } catch {
            await leave(key)
            throw error
        }
    }

    private func enter(_ key: Key) async throws {
        if gates[key, default: Gate()].inside < width {
            gates[key, default: Gate()].inside += 1
            return
        }
        guard gates[key, default: Gate()].waiting.count < queue else {
            throw DashError(.unavailable, "The server is busy. Try again in a moment.", retryAfter: .seconds(5))
        }
        // Whoever leaves hands its place on, so `inside` stays as it is.
        await withCheckedContinuation { gates[key, default: Gate()].waiting.append($0) }
    }

    private func leave(_ key: Key) {
        guard var gate = gates[key] else { return }
        if gate.waiting.isEmpty {
            gate.inside -= 1
            gates[key] = gate.inside == 0 ? nil : gate
        } else {
            let next = gate.waiting.removeFirst()
            gates[key] = gate
            next.resume()
        }
    }
}
