import DashAPI
import Logging
import ServiceLifecycle

/// The small things that are due again and again: when tokens were last used, sessions that ran out.
struct Housekeeping: Service {
    let accounts: Accounts
    let tokens: TokenAuthenticator
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await tokens.run() }
                group.addTask { await pruneSessions() }
            }
        }
        await tokens.recordUses()
    }

    private func pruneSessions() async {
        while !Task.isCancelled {
            do {
                while try await accounts.pruneSessions() > 0 {}
            } catch {
                logger.warning("expired sessions were not removed", metadata: ["error": "\(error)"])
            }
            try? await ContinuousClock().sleep(for: .seconds(3_600))
        }
    }
}
