/// What a run came to.
struct FuzzReport {
    struct Fault {
        enum Kind: String { case ended, hung, grew }

        var kind: Kind
        var target: String
        var number: UInt64
        var details: String
        /// How often it came.
        var count = 1

        /// Where it happened: the first line of the trace that names a place, or the target alone.
        var place: String {
            let line = details.split(separator: "\n").first { $0.contains(" at /") && !$0.contains("[system]") }
            return target + kind.rawValue + (line.map { String($0.drop { $0 != "+" }) } ?? "")
        }
    }

    let seed: UInt64
    var cases: UInt64 = 0
    var seconds = 0.0
    var peakMegabytes = 0
    var faults: [Fault] = []

    var text: String {
        let speed = seconds > 0 ? Int(Double(cases) / seconds) : 0
        let head = "\(cases) cases in \(Int(seconds)) s (\(speed)/s), \(faults.count) faults, peak \(peakMegabytes) MB"
        return ([head] + faults.map(line)).joined(separator: "\n")
    }

    /// Faults of one place are told once.
    mutating func add(_ fault: Fault) {
        if let known = faults.firstIndex(where: { $0.place == fault.place }) {
            faults[known].count += 1
        } else {
            faults.append(fault)
        }
    }

    private func line(_ fault: Fault) -> String {
        """
        FAULT \(fault.kind.rawValue) \(fault.count) times in \(fault.target): DashFuzz --seed \(seed) --only \(fault.number)
        \(fault.details)
        """
    }
}
