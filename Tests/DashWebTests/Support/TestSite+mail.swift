import DashModel
import DashPipeline
import DashSQLite
import DashStorage

@testable import DashAPI

extension TestSite {
    /// The letters that wait to be sent, written and done with.
    func letters() async throws -> [Letter] {
        let now = SystemClock().now + .seconds(1)
        let jobs = try await store.jobs.claim(
            queue: MailQueue.name,
            limit: 100,
            now: now,
            leaseEnds: now + .seconds(60)
        )
        var letters: [Letter] = []
        for job in jobs {
            if let letter = try await accounts.letter(job.parameters, job: job.lease.job) { letters.append(letter) }
            try await store.jobs.settle(job.lease, as: .completed, now: now)
        }
        return letters
    }

    /// The path of the letter's link.
    static func path(in letter: Letter?) -> String {
        let text = letter?.text ?? ""
        let start = "http://dash.test"
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(start + "/") } ?? ""
        return String(line.dropFirst(start.count))
    }
}
