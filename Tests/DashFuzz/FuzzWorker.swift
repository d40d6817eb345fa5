/// The child: one case after the other, each from the seed and its number alone, so that any can be run again by itself.
struct FuzzWorker {
    let targets: [any FuzzTarget]
    let seed: UInt64
    let progress: FuzzProgress

    func run(from first: UInt64) async throws {
        var number = first
        while true {
            progress.current = number
            var input = FuzzInput(seed: seed, number: number)
            try await FuzzTargets.target(of: number, in: targets).run(&input)
            number += 1
        }
    }
}
