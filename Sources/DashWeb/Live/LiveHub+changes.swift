import DashExchange
import DashModel
import DashStorage
import FoundationEssentials
import Logging
import Synchronization

extension LiveHub {
    /// Reacts to changed resources: new widgets, links that were turned off, what was deleted. Whose right to look has ended
    /// is `GrantWatch`'s to see.
    func followChanges() async {
        let subscription = pubsub.subscribe(to: [.resources], buffering: 1_024)
        for await element in subscription {
            switch element {
            case .event(.changed(let resource, let id, let team, let parent)):
                await react(to: resource, id: id, team: team, parent: parent)
            case .event(.committed), .event(.advanced): continue
            case .lagged:
                for topic in state.withLock({ Array($0.channels.keys) }) { await review(topic) }
            }
        }
    }

    private func react(to resource: String, id: UUID, team changedTeam: UUID?, parent: UUID?) async {
        let topics = state.withLock { Array($0.channels.keys) }
        switch resource {
        case "dashboards":
            for topic in topics where topic.dashboard == id { await review(topic) }
        case "widgets":
            for topic in topics where topic.dashboard == parent || parent == nil { feed(at: topic)?.noteChange() }
        case "pipelines":
            for topic in topics where topic.team == changedTeam { await review(topic) }
        case "teams":
            // With a team goes all of it.
            for topic in topics where topic.team == id { await review(topic) }
        default: break
        }
    }

    /// Looks whether a channel's viewers may still look.
    private func review(_ topic: LiveTopic) async {
        guard let feed = feed(at: topic) else { return }
        do {
            switch topic {
            case .dashboard(let id, let team):
                guard let row = try await store.resources.fetch(Resources.dashboards, id: id, in: .team(team)) else {
                    return feed.channel.close()
                }
                let hash = row.bool("is_public") ? row.string("public_token") : nil
                feed.channel.close { if case .link(let link) = $0 { link != hash } else { false } }
            case .tail(let id, let team):
                guard try await store.resources.fetch(Resources.pipelines, id: id, in: .team(team)) != nil else {
                    return feed.channel.close()
                }
            }
        } catch {
            // It can't be known whether they may: they come back and are asked again.
            logger.warning("A live view could not be checked", metadata: ["error": "\(String(reflecting: error))"])
            feed.channel.close { _ in true }
        }
        feed.noteChange()
    }

    private func feed(at topic: LiveTopic) -> (any LiveFeed)? { state.withLock { $0.channels[topic] } }
}
