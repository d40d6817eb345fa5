extension [Double] {
    var median: Double { percentile(0.5) }

    /// The value below which that share of the samples lies; 0 of none.
    func percentile(_ share: Double) -> Double {
        guard !isEmpty else { return 0 }
        let sorted = sorted()
        return sorted[Swift.min(count - 1, Int(Double(count) * share))]
    }
}
