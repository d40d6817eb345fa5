import CRdkafka
import DashModel

/// What an error of librdkafka means for a pipeline that reads.
enum KafkaProblem {
    /// `detail` is what the client said about its connections. Refused credentials are `.unauthenticated`, missing rights
    /// `.forbidden`: no repetition heals them.
    static func of(_ code: rd_kafka_resp_err_t, topic: String? = nil, detail: String? = nil) -> DashError {
        let name = rd_kafka_err2str(code).map { String(cString: $0) } ?? "unknown"
        let place = topic.map { " \"\($0)\"" } ?? ""
        let more = detail.map { " (\($0.prefix(200)))" } ?? ""
        switch code {
        case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
            RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE:
            return DashError(
                .unauthenticated,
                "Kafka refused the sign-in\(more): check sign-in, user name and password."
            )
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
            return DashError(.forbidden, "Kafka does not let this user read the topic\(place): \(name).")
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
            RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
            return DashError(.invalid, "Kafka has no topic\(place); check the setting topic, or create it.")
        default: return DashError(.unavailable, "Kafka could not be read: \(name)\(more).")
        }
    }

    /// Whether waiting for a connection may help.
    static func isConnection(_ code: rd_kafka_resp_err_t) -> Bool {
        switch code {
        case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
            RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR__SSL, RD_KAFKA_RESP_ERR__WAIT_COORD,
            RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
            true
        default: false
        }
    }
}
