import DashModel
import DashPipeline
import FoundationEssentials
import Synchronization
import TestSupport
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

    /// A hasher whose place for strangers is taken until the test opens it, so that all can come first.
    private final class Scene: Sendable {
        let hasher: PasswordHasher
        let (done, refused) = (Order(), Order())
        private let metrics = MetricsRegistry()
        private let gate = AsyncStream.makeStream(of: Void.self)

        init() { hasher = PasswordHasher(cost: ScryptCost(logRounds: 10), metrics: metrics) }

        func open() { gate.continuation.finish() }

        /// Runs the body while the place is taken.
        func closed<Value: Sendable>(
            _ body: (inout ThrowingTaskGroup<Void, any Error>) async throws -> Value
        ) async throws -> Value {
            let entered = AsyncStream.makeStream(of: Void.self)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await self.hasher.strangers.pass(.node) {
                        entered.continuation.finish()
                        for await _ in self.gate.stream {}
                    }
                }
                for await _ in entered.stream {}
                let value = try await body(&group)
                open()
                // Those who wait still need not be waited for.
                group.cancelAll()
                return value
            }
        }

        func come(_ turn: HashTurn, as name: String) async throws {
            do {
                _ = try await hasher.matches("no", stored: nil, for: turn)
                done.append(name)
            } catch let error as DashError {
                #expect(error.code == .rateLimited || error.code == .unavailable)
                refused.append(name)
            } catch is CancellationError {
            }
        }

        /// Waits until so many strangers have come: they wait for their turn or were sent away.
        func came(_ count: Int) async throws {
            try await eventually("\(count) have come") { hasher.strangers.waitingCount + sentAway >= count }
        }

        private var sentAway: Int {
            let start = "dash_border_turns_refused_total{turn=\"sign_in\"} "
            let line = metrics.render().split(separator: "\n").first { $0.hasPrefix(start) }
            return line.flatMap { Int($0.dropFirst(start.count)) } ?? 0
        }
    }

    /// How many of a crowd, at one address by default, are done before the honest one, who comes last.
    private func overtaken(
        by honest: String,
        crowd address: @escaping @Sendable (Int) -> String = { _ in "198.51.100.7" }
    ) async throws -> Int {
        let scene = Scene()
        return try await scene.closed { group in
            for index in 0..<60 {
                group.addTask { try await scene.come(.stranger(address(index)), as: "crowd") }
            }
            try await scene.came(60)
            group.addTask { try await scene.come(.stranger(honest), as: "honest") }
            try await scene.came(61)
            scene.open()
            try await eventually("the honest one is done") { scene.done.all.contains("honest") }
            return scene.done.all.firstIndex(of: "honest") ?? 60
        }
    }

    @Test("an honest sign-in waits for one of a crowd at another address, not for all")
    func stranger() async throws {
        #expect(try await overtaken(by: "192.0.2.1") <= 20)
    }

    @Test("who comes as many addresses of one network is waited for as one")
    func network() async throws {
        #expect(try await overtaken(by: "192.0.2.1") { "2001:db8:7:\(String($0, radix: 16))::1" } <= 20)
        #expect(try await overtaken(by: "2001:db8:8::1") { "198.51.100.\($0)" } <= 20)
    }

    @Test("who is known has a thread that no crowd takes, even at the crowd's address")
    func known() async throws {
        let scene = Scene()
        try await scene.closed { group in
            for _ in 0..<60 {
                group.addTask { try await scene.come(.stranger("198.51.100.7"), as: "crowd") }
            }
            try await scene.came(60)
            try await scene.come(.known(.v7()), as: "known")
            #expect(scene.done.all == ["known"])
        }
    }

    /// How many of those who come when a crowd has filled the queue get no place.
    private func refused(
        _ honest: [String],
        crowd count: Int,
        _ address: @escaping @Sendable (Int) -> String
    ) async throws -> Int {
        let scene = Scene()
        return try await scene.closed { group in
            for index in 0..<count {
                group.addTask { try await scene.come(.stranger(address(index)), as: "crowd") }
            }
            try await scene.came(count)
            for address in honest {
                group.addTask { try await scene.come(.stranger(address), as: address) }
            }
            try await scene.came(count + honest.count)
            scene.open()
            let names = Set(honest)
            try await eventually("each of them is answered") {
                (scene.done.all + scene.refused.all).count { names.contains($0) } == honest.count
            }
            return scene.refused.all.count { names.contains($0) }
        }
    }

    private let offices = (0..<12).map { "192.0.\($0).1" } + (0..<12).map { "2001:db9:\($0)::1" }

    @Test("a crowd at one address fills no queue but its own")
    func bounded() async throws {
        #expect(try await refused(offices, crowd: 300) { _ in "198.51.100.7" } == 0)
    }

    @Test("one network fills no queue but its own, from however many addresses it comes")
    func oneNetwork() async throws {
        #expect(try await refused(offices, crowd: 240) { "2001:db8:7:\($0 / 60)::\($0)" } == 0)
        #expect(try await refused(offices, crowd: 240) { "198.51.100.\($0 / 60)" } == 0)
    }

    @Test("many networks that fill it give places to those that have none")
    func manyNetworks() async throws {
        let neighbours = ["198.51.100.200", "10.0.3.200"]
        #expect(try await refused(offices + neighbours, crowd: 1_200) { "10.0.\($0 / 120).\($0 / 60)" } == 0)
    }
}
