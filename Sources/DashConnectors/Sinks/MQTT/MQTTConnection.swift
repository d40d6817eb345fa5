import CMosquitto
import DashModel
import Glibc

/// A connection to an MQTT broker, used from one thread, which waits for the acknowledgement of what it publishes.
final class MQTTConnection {
    struct Message: Sendable {
        var topic: String
        var payload: [UInt8]
    }

    struct Login: Sendable {
        var clientID: String
        var username: String
        var password: String
        /// The name on the server's certificate; nil for a connection without TLS.
        var tlsHost: String?
    }

    /// What the library's callbacks note.
    private final class Notes {
        var answer: Int32?
        var acknowledged = 0
    }

    private static let keepAlive: Int32 = 60
    private static let isLibraryReady = mosquitto_lib_init() == Int32(MOSQ_ERR_SUCCESS.rawValue)

    private let client: OpaquePointer
    private let notes = Notes()
    private let tlsHost: UnsafeMutablePointer<CChar>?
    private let server: ServerName
    private let patience: Duration
    private var lastUse = ContinuousClock.now

    /// Throws `DashError` `.unavailable` when the broker can't be reached or does not let us in.
    init(server: ServerName, login: Login, patience: Duration) throws {
        self.server = server
        self.patience = patience
        tlsHost = login.tlsHost.flatMap { strdup($0) }
        guard Self.isLibraryReady,
            let client = mosquitto_new(
                login.clientID.isEmpty ? nil : login.clientID,
                true,
                Unmanaged.passUnretained(notes).toOpaque()
            )
        else {
            free(tlsHost)
            throw DashError(.unavailable, "The MQTT client could not be made.")
        }
        self.client = client
        try connect(login)
    }

    deinit {
        mosquitto_disconnect(client)
        mosquitto_destroy(client)
        free(tlsHost)
    }

    /// Whether the broker may have closed the connection, as nobody kept it alive.
    var isStale: Bool { ContinuousClock.now - lastUse > .seconds(Int64(Self.keepAlive) / 2) }

    /// Returns when the broker has acknowledged all, or, at the lowest quality of service, when all is sent.
    func publish(_ messages: [Message], quality: Int, isRetained: Bool) throws {
        notes.acknowledged = 0
        let deadline = ContinuousClock.now + patience
        for (index, message) in messages.enumerated() {
            try check(
                mosquitto_publish(
                    client,
                    nil,
                    message.topic,
                    Int32(clamping: message.payload.count),
                    message.payload,
                    Int32(quality),
                    isRetained
                )
            )
            // So that neither side's buffers grow with the batch.
            while notes.acknowledged + 100 < index { try turn(until: deadline) }
        }
        while notes.acknowledged < messages.count { try turn(until: deadline) }
        lastUse = .now
    }

    private func connect(_ login: Login) throws {
        let address = server.address ?? server.host
        try SocketProbe.reach(server, within: patience)
        mosquitto_connect_callback_set(client) { _, notes, code in
            guard let notes else { return }
            Unmanaged<Notes>.fromOpaque(notes).takeUnretainedValue().answer = code
        }
        mosquitto_publish_callback_set(client) { _, notes, _ in
            guard let notes else { return }
            Unmanaged<Notes>.fromOpaque(notes).takeUnretainedValue().acknowledged += 1
        }
        mosquitto_max_inflight_messages_set(client, 200)
        if !login.username.isEmpty || !login.password.isEmpty {
            try check(mosquitto_username_pw_set(client, login.username, login.password))
        }
        if let tlsHost, let host = login.tlsHost {
            let context = dash_tls_context(tlsHost, IPAddress(text: host) == nil ? 0 : 1)
            guard let context else { throw DashError(.unavailable, "TLS could not be set up.") }
            // The client holds it from here on.
            defer { SSL_CTX_free(context) }
            try check(dash_tls_use(client, context))
        }
        try check(mosquitto_connect(client, address, Int32(server.port), Self.keepAlive))
        let deadline = ContinuousClock.now + patience
        while notes.answer == nil { try turn(until: deadline) }
        guard let answer = notes.answer, answer != 0 else { return }
        let reason = mosquitto_connack_string(answer).map { String(cString: $0) } ?? "code \(answer)"
        throw DashError(.unavailable, "The MQTT broker \(server) refused the connection: \(reason)")
    }

    private func turn(until deadline: ContinuousClock.Instant) throws {
        guard ContinuousClock.now < deadline else {
            throw DashError(.unavailable, "The MQTT broker \(server) did not answer in time.")
        }
        try check(mosquitto_loop(client, 100, 1))
    }

    private func check(_ code: Int32) throws {
        guard code != Int32(MOSQ_ERR_SUCCESS.rawValue) else { return }
        let system = code == Int32(MOSQ_ERR_ERRNO.rawValue)
        let reason =
            system ? strerror(errno).map { String(cString: $0) } : mosquitto_strerror(code).map { String(cString: $0) }
        let isRecord = [MOSQ_ERR_PAYLOAD_SIZE, MOSQ_ERR_OVERSIZE_PACKET, MOSQ_ERR_MALFORMED_UTF8]
            .contains { Int32($0.rawValue) == code }
        throw DashError(
            isRecord ? .invalid : .unavailable,
            "The exchange with the MQTT broker \(server) failed: \(reason ?? "no reason given")."
        )
    }
}
