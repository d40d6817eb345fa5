import DashJSON
import DashModel
import DashStorage
import Foundation
import Synchronization
import TestSupport
import Testing

/// A sink's lane through every fault of its receiver, with a neighbour on the same pipeline.
@Suite struct SinkFaultTests {
    @Test(arguments: SinkBackend.Kind.there) func everyRecordArrivesInOrder(at kind: SinkBackend.Kind) async throws {
        try await SinkBackend.with(kind, own: true) { backend in
            try await LaneScene.with { scene in
                try await Course(backend: backend, scene: scene).run()
            }
        }
    }
}

/// Down, stalled, cut off in the middle of a batch, killed; records come all the time.
private struct Course {
    private static let neighbour = "neighbour.ndjson"

    let backend: SinkBackend
    let scene: LaneScene

    func run() async throws {
        let sink = try await scene.addSink(backend.kind.rawValue, backend.config)
        try await scene.addSink("file", ["path": .string(Self.neighbour)])
        try await post(1...20, "while it is up")

        backend.proxy.set(.down)
        try await post(21...40, "while it is down")
        try await eventually("\(backend.kind) is seen to fail") { try await scene.status(of: sink) == "failing" }
        try await isTriedAgain(sink)

        backend.proxy.set(.stalled)
        try await post(41...60, "while it is slow")
        try await isTriedAgain(sink)
        // Whoever stalled has lost what it held.
        backend.proxy.set(.down)
        backend.proxy.set(.up)
        try await catchesUp(sink, "after it was slow")

        backend.proxy.goDown(after: 20_000)
        try await post(61...100, padding: 1_024, "while it is cut off")
        try await eventually("\(backend.kind) is cut off") { try await scene.lane(of: sink)?.attempts ?? 0 > 0 }
        backend.proxy.set(.up)
        try await catchesUp(sink, "after it was cut off")

        var last = 100
        if let kill = backend.kill, let restart = backend.restart {
            last = 160
            async let posts: Void = post(101...140, padding: 4_096, "while it is killed")
            try await kill()
            try await posts
            try await post(141...last, "while it is gone")
            try await restart()
            try await catchesUp(sink, "after it was killed")
        }
        try await hasAll(last)
        #expect(try await scene.lane(of: sink) == nil, "nothing waits, nothing is dead")
        try await eventually("\(backend.kind) is seen to work") { try await scene.status(of: sink) == "active" }
        #expect(try scene.numbers(in: Self.neighbour) == Array(1...last), "the neighbour has each once, in order")
    }

    /// The neighbour gets everything meanwhile.
    private func post(_ numbers: ClosedRange<Int>, padding: Int = 0, _ when: String) async throws {
        try await scene.post(numbers, padding: padding)
        try await eventually("the neighbour of \(backend.kind) has all \(when)") {
            try scene.numbers(in: Self.neighbour).count == numbers.upperBound
        }
    }

    private func isTriedAgain(_ sink: UUID) async throws {
        let before = try await scene.lane(of: sink)?.attempts ?? 0
        try await eventually("\(backend.kind) is tried again") {
            try await scene.lane(of: sink)?.attempts ?? 0 > before
        }
    }

    private func catchesUp(_ sink: UUID, _ when: String) async throws {
        try await eventually("\(backend.kind) catches up \(when)") {
            try await scene.lane(of: sink).map { $0.pending == 0 } ?? true
        }
    }

    /// At least once, in order; exactly once where repeats are dropped.
    private func hasAll(_ last: Int) async throws {
        var found: [Int] = []
        try await eventually("\(backend.kind) has all") {
            found = try await backend.received()
            return Set(found).isSuperset(of: 1...last)
        }
        if !backend.dropsRepeats {
            var seen: Set<Int> = []
            found = found.filter { seen.insert($0).inserted }
        }
        #expect(found == Array(1...last), "\(backend.kind)")
    }
}
