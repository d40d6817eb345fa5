import DashAPI
import DashExchange
import DashJobs
import DashModel
import Logging
import ServiceLifecycle

/// The small things that are due again and again: when tokens were last used, sessions that ran out, tokens that another
/// node has changed.
struct Housekeeping: Service {
    private let accounts: Accounts
    private let tokens: TokenAuthenticator
    private let links: PublicDashboards
    private let changes: Subscription
    private let logger: Logger

    init(accounts: Accounts, tokens: TokenAuthenticator, links: PublicDashboards, pubsub: any PubSub, logger: Logger) {
        self.accounts = accounts
        self.tokens = tokens
        self.links = links
        self.logger = logger
        // From now on, not from `run()`: nothing that changes while the services start is missed.
        changes = pubsub.subscribe(to: [.resources], buffering: 1_000)
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await tokens.run() }
                group.addTask { await pruneSessions() }
                group.addTask { await forgetWhatChanged() }
            }
        }
        await tokens.recordUses()
    }

    /// A token or public link that was revoked on one node stops to work on all of them.
    private func forgetWhatChanged() async {
        for await element in changes {
            switch element {
            case .lagged:
                tokens.forget()
                links.forgetAll()
            case .event(.changed(let resource, _, _, _)):
                links.forget(resource)
                if [Resources.apiTokens.name, Resources.teams.name].contains(resource) { tokens.forget() }
            case .event(.committed), .event(.advanced): break
            }
        }
    }

    private func pruneSessions() async {
        await Upkeep(interval: .seconds(3_600), failure: "expired sessions were not removed", logger: logger).run {
            while try await accounts.pruneSessions() > 0 {}
        }
    }
}
