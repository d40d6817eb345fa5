import DashJSON

/// Which message of each partition comes next: the cursor of a Kafka source, saved in the transaction of the rows.
struct KafkaOffsets: Sendable, Hashable {
    /// The cluster they count in; in another one they mean nothing.
    var cluster: String?
    private(set) var topics: [String: [Int32: Int64]] = [:]

    init(cluster: String? = nil) { self.cluster = cluster }

    /// What a run saved; nothing for the cursor of another kind of source.
    init(saved: JSONValue?) {
        cluster = saved?["cluster"]?.stringValue
        for (topic, partitions) in saved?["offsets"]?.objectValue?.members ?? [] {
            for (partition, offset) in partitions.objectValue?.members ?? [] {
                guard let partition = Int32(partition), let offset = offset.intValue, offset >= 0 else { continue }
                self[topic, partition] = Int64(offset)
            }
        }
    }

    var isEmpty: Bool { topics.isEmpty }

    subscript(topic: String, partition: Int32) -> Int64? {
        get { topics[topic]?[partition] }
        set { topics[topic, default: [:]][partition] = newValue }
    }

    /// Whether any partition of the topic has a place.
    func knows(_ topic: String) -> Bool { topics[topic]?.isEmpty == false }

    var json: JSONValue {
        let named = topics.sorted { $0.key < $1.key }.map { topic, partitions in
            let places = partitions.sorted { $0.key < $1.key }.map {
                (String($0.key), JSONValue.number(JSONNumber(Int($0.value))))
            }
            return (topic, JSONValue.object(JSONObject(places)))
        }
        var object = JSONObject()
        if let cluster { object["cluster"] = .string(cluster) }
        object["offsets"] = .object(JSONObject(named))
        return .object(object)
    }
}
