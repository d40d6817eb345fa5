import CRdkafka
import DashModel

/// Librdkafka's own cluster in this process, for the faults that the real broker of the tests does not know.
final class KafkaMock {
    private let client: OpaquePointer
    private let cluster: OpaquePointer
    let port: Int

    init() throws {
        let configuration = rd_kafka_conf_new()
        rd_kafka_conf_set_log_cb(configuration, nil)
        let none = DashError(.internal, "no cluster")
        guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nil, 0) else { throw none }
        guard let cluster = rd_kafka_mock_cluster_new(client, 2),
            let text = rd_kafka_mock_cluster_bootstraps(cluster).map({ String(cString: $0) }),
            let port = text.split(separator: ",").first?.split(separator: ":").last.flatMap({ Int($0) })
        else {
            rd_kafka_destroy(client)
            throw none
        }
        self.client = client
        self.cluster = cluster
        self.port = port
    }

    deinit {
        rd_kafka_mock_cluster_destroy(cluster)
        rd_kafka_destroy(client)
    }

    func make(_ topic: String) { rd_kafka_mock_topic_create(cluster, topic, 4, 1) }

    /// From now on brokers answer so when they are asked for the topic.
    func refuse(_ topic: String, _ code: rd_kafka_resp_err_t) { rd_kafka_mock_topic_set_error(cluster, topic, code) }

    /// The next requests to read are answered so.
    func refuseReading(_ codes: [rd_kafka_resp_err_t]) {
        let fetch: Int16 = 1
        rd_kafka_mock_push_request_errors_array(cluster, fetch, codes.count, codes)
    }
}
