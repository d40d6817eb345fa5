import DashAPI
import DashJSON
import HTTPTypes
import Hummingbird
import NIOCore

/// `/healthz`, `/readyz` and `/metrics`: for machines that watch, without any middleware.
struct HealthEndpoints: Sendable {
    let metrics: @Sendable () async -> String
    let readiness: @Sendable () async -> Readiness

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/healthz") { _, _ in Self.json(.ok, ["status": "ok"]) }
        router.get("/readyz") { _, _ in
            let state = await readiness()
            let checks = JSONObject(state.checks.map { ($0.name, JSONValue.string($0.state)) })
            let text = state.isReady ? "ready" : "not ready"
            return Self.json(
                state.isReady ? .ok : .serviceUnavailable,
                ["status": .string(text), "checks": .object(checks)]
            )
        }
        router.get("/metrics") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: await metrics()))
            )
        }
    }

    private static func json(_ status: HTTPResponse.Status, _ value: JSONValue) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.encoded()))
        )
    }
}
