import DashModel
import DashPipeline
import FoundationEssentials
import Synchronization
import Testing

@testable import DashAPI

@Suite("Turns of password hashing")
struct HashTurnTests {
    /// Who was done, in order.
    private final class Order: Sendable {
        private let names = Mutex<[String]>([])
        func append(_ name: String) { names.withLock { $0.append(name) } }
        var all: [String] { names.withLock { $0 } }
    }

    private func waitFor(_ condition: () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while !condition() {
            try #require(ContinuousClock.now < end)
            await Task.yield()
        }
    }

    /// How many of a crowd at one address were done between the honest one's coming and its end, when all of the crowd
    /// had come before.
    private func overtaken(by honest: HashTurn) async throws -> Int {
        let hasher = PasswordHasher(cost: ScryptCost(logRounds: 12))
        let order = Order()
        let stored = try await hasher.hash("correct horse battery")
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<60 {
                group.addTask {
                    _ = try await hasher.matches("no", stored: stored, for: .stranger("198.51.100.7"))
                    order.append("crowd")
                }
            }
            try await waitFor { hasher.strangers.waitingCount + order.all.count >= 58 }
            let before = order.all.count
            _ = try await hasher.matches("correct horse battery", stored: stored, for: honest)
            let passed = order.all.count - before
            try await group.waitForAll()
            return passed
        }
    }

    @Test("an honest sign-in waits for one of a crowd at another address, not for all")
    func stranger() async throws {
        #expect(try await overtaken(by: .stranger("192.0.2.1")) <= 6)
    }

    @Test("who is known has a thread that the crowd does not take, even at the crowd's address")
    func known() async throws {
        #expect(try await overtaken(by: .known(.v7())) <= 6)
    }

    @Test("a crowd at one address fills no queue but its own")
    func bounded() async throws {
        let hasher = PasswordHasher(cost: ScryptCost(logRounds: 10))
        let refused = Order()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<300 {
                group.addTask {
                    do {
                        _ = try await hasher.matches("no", stored: nil, for: .stranger("198.51.100.7"))
                    } catch { refused.append("refused") }
                }
            }
            for index in 0..<20 {
                group.addTask {
                    do {
                        _ = try await hasher.matches("no", stored: nil, for: .stranger("192.0.2.\(index)"))
                    } catch { Issue.record("an address was refused for the crowd at another: \(error)") }
                }
            }
        }
        #expect(refused.all.count <= 240)
    }
}
