import DashJSON
import DashModel

/// Telegram: the `secret_token` of `setWebhook` in `X-Telegram-Bot-Api-Secret-Token`; an update sent again keeps its id.
struct TelegramSecret: SignatureScheme {
    let signatureHeader = "x-telegram-bot-api-secret-token"
    private let secret: SharedSecret

    init(_ secrets: [[UInt8]]) { secret = SharedSecret(header: signatureHeader, secrets: secrets) }

    func verify(_ request: SignedRequest, now: Timestamp) throws(DashError) -> VerifiedRequest {
        _ = try secret.verify(request, now: now)
        let update = (try? JSONValue(parsing: request.body))?["update_id"]
        return VerifiedRequest(deliveryID: update.flatMap { $0.isNull ? nil : $0.text })
    }
}
