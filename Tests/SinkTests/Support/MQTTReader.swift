import CMosquitto
import Foundation
import Synchronization

/// Subscribes to topics of a broker, on a thread of its own; again when the broker was away.
final class MQTTReader: Sendable {
    struct Message: Sendable {
        var topic: String
        var payload: String
    }

    private let messages = Mutex<[Message]>([])
    private let isReady = Mutex(false)
    private let isStopped = Mutex(false)

    var all: [Message] { messages.withLock { $0 } }
    var isSubscribed: Bool { isReady.withLock { $0 } }

    init(port: Int, topic: String) {
        Thread.detachNewThread {
            mosquitto_lib_init()
            let client = mosquitto_new(nil, true, Unmanaged.passUnretained(self).toOpaque())
            mosquitto_subscribe_callback_set(client) { _, reader, _, _, _ in
                guard let reader else { return }
                Unmanaged<MQTTReader>.fromOpaque(reader).takeUnretainedValue().isReady.withLock { $0 = true }
            }
            mosquitto_message_callback_set(client) { _, reader, message in
                guard let reader, let message = message?.pointee, let topic = message.topic else { return }
                let bytes = UnsafeRawBufferPointer(start: message.payload, count: Int(message.payloadlen))
                let text = Message(topic: String(cString: topic), payload: String(decoding: bytes, as: UTF8.self))
                Unmanaged<MQTTReader>.fromOpaque(reader).takeUnretainedValue().messages.withLock { $0.append(text) }
            }
            while !self.isStopped.withLock({ $0 }) {
                if mosquitto_connect(client, "127.0.0.1", Int32(port), 60) == MOSQ_ERR_SUCCESS.rawValue {
                    // With QoS 0 the broker writes each message to the reader before it answers the publisher. With more it
                    // may hold what it has acknowledged in memory until the reader answers, and lose it when killed.
                    mosquitto_subscribe(client, nil, topic, 0)
                    while !self.isStopped.withLock({ $0 }),
                        mosquitto_loop(client, 100, 1) == MOSQ_ERR_SUCCESS.rawValue
                    {}
                }
                self.isReady.withLock { $0 = false }
                usleep(50_000)
            }
            mosquitto_destroy(client)
        }
    }

    func stop() { isStopped.withLock { $0 = true } }
}
