import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import TestSupport
import Testing

/// What every sink must do, whatever is behind it. `received` are the numbers that arrived, in the receiver's order.
struct SinkContract {
    let kind: SinkKind
    /// For what must succeed: with more time than any machine takes.
    let patient: JSONValue
    /// For faults: with so little time that they are soon seen.
    let hasty: JSONValue
    let proxy: FaultProxy
    /// Whether the receiver drops what comes a second time.
    let dropsRepeats: Bool
    let received: @Sendable () async throws -> [Int]

    private static let pipeline = UUID.v7()

    init(_ backend: SinkBackend) throws {
        kind = try TestServers.kind(backend.kind.rawValue)
        patient = backend.patientConfig
        hasty = backend.config
        proxy = backend.proxy
        dropsRepeats = backend.dropsRepeats
        received = backend.received
    }

    /// A delivery of `{"n": …, "pad": …}` records; the padding can't be compressed away.
    static func delivery(_ numbers: ClosedRange<Int>, padding: Int = 0) -> Delivery {
        var generator = SystemRandomNumberGenerator()
        var records = RecordBytes()
        for number in numbers {
            let pad = (0..<padding / 16).map { _ in
                let text = String(UInt64.random(in: 0 ... .max, using: &generator), radix: 16)
                return String(repeating: "0", count: 16 - text.count) + text
            }
            records.append(Array("{\"n\":\(number),\"pad\":\"\(pad.joined())\"}".utf8))
        }
        let time = Timestamp(seconds: 1_700_000_000 + Int64(numbers.lowerBound))
        return Delivery(
            id: UUID.v7(at: time),
            team: pipeline,
            pipeline: pipeline,
            lane: .sink(pipeline),
            receivedAt: time,
            firstID: Int64(numbers.lowerBound),
            lastID: Int64(numbers.upperBound),
            attempts: 0,
            records: records
        )
    }

    func run() async throws {
        try await with(patient) { sink in
            try await sink.test(for: TestServers.origin)
            try await keepsTheOrder(sink)
            try await repeatsAreHarmless(sink)
        }
        try await with(hasty) { sink in
            try await isDown(sink)
            try await isStalled(sink)
            try await isCutOff(sink)
        }
        try await with(patient) { try await isMadeAnew($0) }
    }

    private func with(_ config: JSONValue, _ body: (any Sink) async throws -> Void) async throws {
        let sink = try kind.make(config)
        do {
            try await body(sink)
        } catch {
            await sink.close()
            throw error
        }
        await sink.close()
    }

    private func keepsTheOrder(_ sink: any Sink) async throws {
        try await sink.send(Self.delivery(1...3))
        try await sink.send([Self.delivery(4...4), Self.delivery(5...9)])
        try await expect(Array(1...9), "in order")
    }

    private func repeatsAreHarmless(_ sink: any Sink) async throws {
        let delivery = Self.delivery(10...12)
        try await sink.send(delivery)
        try await sink.send(delivery)
        try await sink.send([delivery, Self.delivery(13...13)])
        try await expect(Array(1...13), "after repeats")
    }

    private func isDown(_ sink: any Sink) async throws {
        try await again(sink, [Self.delivery(14...14)])
        let delivery = Self.delivery(15...16)
        proxy.set(.down)
        let error = await #expect(throws: DashError.self, "\(kind.name) is down") { try await sink.send(delivery) }
        #expect(error?.code == .unavailable, "\(kind.name): \(error?.description ?? "")")
        await #expect(throws: DashError.self, "\(kind.name)'s test") {
            try await kind.make(hasty).test(for: TestServers.origin)
        }
        proxy.set(.up)
        try await again(sink, [delivery])
        try await expect(Array(1...16), "when it is up again")
    }

    private func isStalled(_ sink: any Sink) async throws {
        let delivery = Self.delivery(17...19)
        proxy.set(.stalled)
        let started = ContinuousClock.now
        let error = await #expect(throws: DashError.self, "\(kind.name) stalls") { try await sink.send(delivery) }
        #expect(error?.code == .unavailable, "\(kind.name): \(error?.description ?? "")")
        #expect(ContinuousClock.now - started < .seconds(25), "\(kind.name) gives up in its own time")
        // Whoever stalled has lost what it held.
        proxy.set(.down)
        proxy.set(.up)
        try await again(sink, [delivery])
        try await expect(Array(1...19), "when it goes on")
    }

    private func isCutOff(_ sink: any Sink) async throws {
        let batch = [Self.delivery(20...59, padding: 1_024), Self.delivery(60...99, padding: 1_024)]
        proxy.goDown(after: 50_000)
        await #expect(throws: DashError.self, "\(kind.name) is cut off") { try await sink.send(batch) }
        proxy.set(.up)
        try await again(sink, batch)
        try await expect(Array(1...99), "after it was cut off")
    }

    private func isMadeAnew(_ sink: any Sink) async throws {
        try await sink.send(Self.delivery(100...100))
        try await expect(Array(1...100), "by a new one")
    }

    /// As a lane does: a connection that was kept may only now be found closed, and a machine be too slow for who is hasty.
    private func again(_ sink: any Sink, _ batch: [Delivery]) async throws {
        try await eventually("\(kind.name) takes it") {
            do {
                try await sink.send(batch)
                return true
            } catch let error as DashError where error.code == .unavailable {
                return false
            }
        }
    }

    /// At least once, in order; exactly once where repeats are dropped.
    private func expect(_ numbers: [Int], _ when: Comment, sourceLocation: SourceLocation = #_sourceLocation)
        async throws
    {
        var found: [Int] = []
        try await eventually("\(kind.name) has all", sourceLocation: sourceLocation) {
            found = try await received()
            return Set(found).isSuperset(of: numbers)
        }
        if dropsRepeats {
            #expect(found == numbers, "\(kind.name) \(when)", sourceLocation: sourceLocation)
        } else {
            var seen: Set<Int> = []
            let first = found.filter { seen.insert($0).inserted }
            #expect(first == numbers, "\(kind.name) \(when)", sourceLocation: sourceLocation)
        }
    }
}
