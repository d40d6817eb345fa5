/// What a valid signature tells of a request.
public struct VerifiedRequest: Sendable, Hashable {
    /// The sender's name for this delivery, the same at each repeat; nil when it gives none.
    public var deliveryID: String?
    /// The sender asks whether the address is ours: this text is the answer, and nothing is stored.
    public var challenge: String?

    init(deliveryID: String? = nil, challenge: String? = nil) {
        self.deliveryID = deliveryID
        self.challenge = challenge
    }
}
