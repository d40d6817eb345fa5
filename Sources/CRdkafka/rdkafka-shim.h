#include <librdkafka/rdkafka.h>
// For tests: a cluster whose faults are made to order.
#include <librdkafka/rdkafka_mock.h>

// Swift can't call functions with variable arguments.

static inline rd_kafka_resp_err_t dash_kafka_produce(
    rd_kafka_t *producer, const char *topic, const void *key, size_t key_size, const void *value, size_t value_size,
    const char *delivery, const char *position
) {
    return rd_kafka_producev(
        producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_KEY(key, key_size),
        // The macro's type for a value is not const; with this flag it is only read.
        RD_KAFKA_V_VALUE((void *)value, value_size), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_HEADER("dash-delivery", delivery, -1), RD_KAFKA_V_HEADER("dash-position", position, -1),
        RD_KAFKA_V_END
    );
}
