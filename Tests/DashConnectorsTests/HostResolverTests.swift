import DashModel
import DashPipeline
import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import DashConnectors

/// Names of one team that no name server answers for hold up nobody else.
@Suite struct HostResolverTests {
    private let bad = UUID()
    private let good = UUID()

    private final class Count: Sendable {
        let number = Mutex(0)
    }

    private func limits(queueShare: Int = 100, patience: Duration = .seconds(600)) -> TurnLimits {
        TurnLimits(slots: 64, share: 4, queue: 1_000, queueShare: queueShare, patience: patience)
    }

    @Test func twentySlowNamesOfOneTeamHoldUpNobodyElse() async throws {
        let names = StallingNames()
        let resolver = HostResolver(names: names, limits: limits())
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let egress = EgressGuard(
            policy: EgressPolicy(allowing: [try #require(AddressRange("192.0.2.0/24"))]),
            resolver: resolver,
            logger: logger
        )
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let origin = EgressOrigin(team: bad, pipeline: UUID())
                    return try await egress.resolve(host: "slow\(number).test", port: 80, for: origin).count
                }
            }
            try await eventually("the team's share stalls") { names.stalled == 4 }
            for number in 0..<50 {
                let origin = EgressOrigin(team: good, pipeline: UUID())
                let found = try await egress.resolve(host: "quick\(number).test", port: 80, for: origin)
                #expect(found.first?.text == "192.0.2.1")
            }
            // Dash's own look-ups are nobody's.
            #expect(try await egress.resolve(host: "quick.test", port: 80).count == 1)
            #expect(names.stalled == 4)
            names.release()
            #expect(try await group.reduce(0, +) == 20)
        }
        #expect(names.peak == 4)
        #expect(names.asked.count == 71)
    }

    @Test func whoWaitsTooLongIsToldForWhat() async throws {
        let names = StallingNames()
        let resolver = HostResolver(names: names, limits: limits(patience: .milliseconds(50)))
        let messages = await withTaskGroup(of: String.self) { group in
            for number in 0..<6 {
                group.addTask {
                    do { return try await "\(resolver.addresses(of: "slow\(number).test", for: bad))" } catch {
                        return (error as? DashError).map { "\($0.code): \($0.message)" } ?? "\(error)"
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for number in 0..<6 { #expect(messages.contains { $0.contains("slow\(number).test could not be looked up") }) }
        #expect(messages.filter { $0.contains("no name server answers for it") }.count == 4)
        #expect(messages.filter { $0.contains("4 names of this team are looked up already") }.count == 2)
        // The four still stall, whoever waits for them; others are not concerned.
        try await eventually("four stall") { names.stalled == 4 }
        try await eventually("another team is served", every: .milliseconds(2)) {
            try await resolver.addresses(of: "quick.test", for: good).first
        }
        await #expect(throws: DashError.self) { try await resolver.addresses(of: "quick.test", for: bad) }
        names.release()
        try await eventually("they have ended") { names.stalled == 0 }
        try await eventually("so is this one", every: .milliseconds(2)) {
            try await resolver.addresses(of: "quick.test", for: bad).first
        }
        #expect(names.asked.filter { $0.hasPrefix("slow") }.count == 4)
    }

    @Test func noMoreWaitThanThereIsRoomFor() async throws {
        let names = StallingNames()
        let resolver = HostResolver(names: names, limits: limits(queueShare: 2))
        try await withThrowingTaskGroup(of: Int.self) { group in
            let refused = Count()
            for number in 0..<8 {
                group.addTask {
                    do {
                        return try await resolver.addresses(of: "slow\(number).test", for: bad).count
                    } catch let error as DashError {
                        #expect(error.code == .rateLimited)
                        #expect(error.message.contains("slow\(number).test"))
                        refused.number.withLock { $0 += 1 }
                        return 0
                    }
                }
            }
            try await eventually("two are refused") { refused.number.withLock { $0 } == 2 }
            names.release()
            #expect(try await group.reduce(0, +) == 6)
        }
    }

    @Test func whoGivesUpLeavesItsTurnToOthers() async throws {
        let names = StallingNames()
        let resolver = HostResolver(names: names, limits: limits(queueShare: 1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                group.addTask { _ = try? await resolver.addresses(of: "slow\(number).test", for: bad) }
            }
            try await eventually("the share stalls") { names.stalled == 4 }
            for _ in 0..<5 {
                try await withThrowingTaskGroup(of: Void.self) { inner in
                    inner.addTask {
                        await #expect(throws: CancellationError.self) {
                            try await resolver.addresses(of: "quick.test", for: bad)
                        }
                    }
                    inner.cancelAll()
                    try await inner.waitForAll()
                }
            }
            names.release()
            try await group.waitForAll()
        }
        #expect(try await resolver.addresses(of: "quick.test", for: bad).count == 1)
    }

    @Test func saysWhatBecameOfAName() async throws {
        let resolver = HostResolver(names: StallingNames(), limits: limits())
        let none = await #expect(throws: DashError.self) { try await resolver.addresses(of: "none.test", for: nil) }
        #expect(none?.message.contains("none.test has no address") == true)
        let broken = await #expect(throws: DashError.self) { try await resolver.addresses(of: "broken.test", for: nil) }
        #expect(broken?.message == "The host name broken.test can't be looked up: its name server does not answer.")
        #expect(try await HostResolver().addresses(of: "localhost", for: nil).isEmpty == false)
    }
}
