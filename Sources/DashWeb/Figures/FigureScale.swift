/// From the smallest to the largest of some values, with zero where the picture stands on it.
struct FigureScale: Sendable {
    let low: Double
    let high: Double
    /// The largest value without its sign: what is divided by it overflows no more.
    private let size: Double

    init(_ values: [Double], withZero: Bool) {
        low = min(values.min() ?? 0, withZero ? 0 : .infinity)
        high = max(values.max() ?? 0, withZero ? 0 : -.infinity)
        size = max(abs(low), abs(high))
    }

    /// How far up a value lies, from 0 to 1. Where all are equal they lie in the middle, and zero at the bottom.
    func share(_ value: Double) -> Double {
        guard size > 0 else { return 0 }
        guard high > low else { return 0.5 }
        return (value / size - low / size) / (high / size - low / size)
    }

    /// As pictures say it.
    static func tenth(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
