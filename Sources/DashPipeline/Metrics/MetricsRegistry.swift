import Synchronization

/// The named measurements of a server, and their text for Prometheus.
public final class MetricsRegistry: Sendable {
    private enum Kind: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case reading(isRising: Bool, @Sendable () -> Double)
        case histogram(Histogram)
    }

    private struct Entry: Sendable {
        var name: String
        var help: String
        var labels: String
        var kind: Kind
    }

    private let entries = Mutex<[Entry]>([])

    public init() {}

    /// Metrics of one name differ by their labels.
    public func counter(_ name: String, _ help: String, labels: [(String, String)] = []) -> Counter {
        let counter = Counter()
        add(name, help, labels, .counter(counter))
        return counter
    }

    public func gauge(_ name: String, _ help: String, labels: [(String, String)] = []) -> Gauge {
        let gauge = Gauge()
        add(name, help, labels, .gauge(gauge))
        return gauge
    }

    /// A gauge that is read when the metrics are; a counter when it only rises.
    public func reading(
        _ name: String,
        _ help: String,
        labels: [(String, String)] = [],
        isRising: Bool = false,
        _ read: @escaping @Sendable () -> Double
    ) {
        add(name, help, labels, .reading(isRising: isRising, read))
    }

    public func histogram(_ name: String, _ help: String, bounds: [Double]) -> Histogram {
        let histogram = Histogram(bounds: bounds)
        add(name, help, [], .histogram(histogram))
        return histogram
    }

    /// Prometheus text format 0.0.4.
    public func render() -> String {
        var out = ""
        var described: Set<String> = []
        for entry in entries.withLock({ $0 }).sorted(by: { $0.name < $1.name }) {
            if described.insert(entry.name).inserted {
                out += "# HELP \(entry.name) \(entry.help)\n# TYPE \(entry.name) \(Self.type(entry.kind))\n"
            }
            let labels = entry.labels.isEmpty ? "" : "{\(entry.labels)}"
            switch entry.kind {
            case .counter(let counter): out += "\(entry.name)\(labels) \(counter.value)\n"
            case .gauge(let gauge): out += "\(entry.name)\(labels) \(gauge.value)\n"
            case .reading(_, let read): out += "\(entry.name)\(labels) \(Self.text(read()))\n"
            case .histogram(let histogram): out += Self.text(entry.name, histogram)
            }
        }
        return out
    }

    private func add(_ name: String, _ help: String, _ labels: [(String, String)], _ kind: Kind) {
        let text = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        entries.withLock { $0.append(Entry(name: name, help: help, labels: text, kind: kind)) }
    }

    private static func type(_ kind: Kind) -> String {
        switch kind {
        case .counter, .reading(isRising: true, _): "counter"
        case .gauge, .reading: "gauge"
        case .histogram: "histogram"
        }
    }

    /// Prometheus spells what is no number its own way.
    private static func text(_ value: Double) -> String { value.isNaN ? "NaN" : "\(value)" }

    private static func text(_ name: String, _ histogram: Histogram) -> String {
        let snapshot = histogram.snapshot
        var out = ""
        var total = 0
        for (bound, count) in zip(histogram.bounds, snapshot.counts) {
            total += count
            out += "\(name)_bucket{le=\"\(bound)\"} \(total)\n"
        }
        total += snapshot.counts.last ?? 0
        return out + "\(name)_bucket{le=\"+Inf\"} \(total)\n\(name)_sum \(snapshot.sum)\n\(name)_count \(total)\n"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
