import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// Makes a pipeline's jobs. What they share is spelt once, since some pipelines have one each second.
struct PollJobs: Sendable {
    private let team: UUID
    private let pipeline: String
    private let key: String

    init(pipeline: UUID, team: UUID) {
        self.team = team
        self.pipeline = pipeline.text
        key = PollParameters.key(of: pipeline)
    }

    /// `isOnly`: while a job of the pipeline is not done, on whatever node, none is added. A due time that comes then is
    /// settled by that job's end.
    func job(dueAt: Timestamp, trigger: Trigger, isOnly: Bool = true) -> NewJob {
        let isManual = trigger == .manual
        return NewJob(
            queue: PollJob.queue,
            kind: PollJob.kind,
            parameters: PollParameters.json(pipeline: pipeline, dueAt: dueAt, trigger: trigger),
            team: team,
            priority: isManual ? -1 : 0,
            uniqueKey: isManual ? key + ":manual" : isOnly ? key : "\(key):\(dueAt.microseconds)",
            maxAttempts: 1_000
        )
    }
}
