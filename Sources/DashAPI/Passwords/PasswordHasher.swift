import DashModel
public import DashPipeline

/// Hashes and checks passwords on threads of their own, each taking 128 MB while it lasts. Whoever waits has a turn by
/// network and within it by address, so that a crowd behind one holds up nobody else, nor does who has addresses by the
/// thousand; people who are known have a thread that strangers never take.
public struct PasswordHasher: Sendable {
    private let cost: ScryptCost
    private let decoy: PasswordHash
    private let threads: WorkThreads
    let strangers: Turns
    let known: Turns

    /// `concurrency` is how many hashes run at once of strangers, and of people who are known.
    public init(
        cost: ScryptCost = ScryptCost(),
        concurrency: Int = 1,
        metrics: MetricsRegistry = MetricsRegistry()
    ) {
        self.cost = cost
        decoy = PasswordHash(decoyOf: cost)
        threads = WorkThreads(count: 2 * concurrency)
        let limits = TurnLimits(
            slots: concurrency,
            share: concurrency,
            queue: 400,
            queueShare: 60,
            groupShare: 120,
            patience: .seconds(60)
        )
        strangers = Turns(limits, of: "sign-ins", named: "sign_in", metrics: metrics)
        known = Turns(limits, of: "sign-ins", named: "sign_in_known", metrics: metrics)
    }

    public func hash(_ password: String, for turn: HashTurn = .stranger(nil)) async throws -> String {
        let (cost, password) = (cost, PasswordRules.normalized(password))
        return try await inTurn(turn) { try PasswordHash(of: password, cost: cost).text }
    }

    /// Whether the password fits. Without a stored hash (nobody has that e-mail address) it takes as long to say no.
    public func matches(
        _ password: String,
        stored: String?,
        for turn: HashTurn = .stranger(nil)
    ) async throws -> Bool {
        let hash = stored.flatMap(PasswordHash.init(text:))
        let checked = hash ?? decoy
        let normalized = PasswordRules.normalized(password)
        let fits = try await inTurn(turn) {
            if try checked.matches(normalized) { return true }
            // Hashes from before there was one spelling.
            return try !normalized.utf8.elementsEqual(password.utf8) && checked.matches(password)
        }
        return fits && hash != nil
    }

    private func inTurn<Value: Sendable>(
        _ turn: HashTurn,
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        switch turn {
        case .known(let user): try await known.pass(.person(user.text)) { try await threads.run(body) }
        case .stranger(let address):
            try await strangers.pass(
                .address(ClientNetwork.text(of: address)),
                of: .network(ClientNetwork.network(of: address))
            ) { try await threads.run(body) }
        }
    }
}
