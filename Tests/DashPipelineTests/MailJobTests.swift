import DashJSON
import DashJobs
import DashModel
import DashStorage
import FoundationEssentials
import Logging
import Synchronization
import Testing

@testable import DashPipeline

@Suite("The job of a mail")
struct MailJobTests {
    /// Writes a letter to whom the parameters name, or none.
    private struct Writer: LetterWriter {
        func letter(_ parameters: JSONValue, job: UUID) async throws -> Letter? {
            parameters["to"]?.stringValue.map {
                Letter(id: job, to: $0, subject: "S", text: "T", date: Timestamp(seconds: 0))
            }
        }
    }

    /// Counts what it takes, and fails as it is told.
    private final class FailingMailer: Mailer {
        private let failure: DashError?
        private let taken = Mutex<[Letter]>([])
        var letters: [Letter] { taken.withLock { $0 } }

        init(_ failure: DashError? = nil) { self.failure = failure }

        func send(_ letter: Letter) async throws {
            if let failure { throw failure }
            taken.withLock { $0.append(letter) }
        }
    }

    private func run(_ parameters: JSONValue, _ mailer: FailingMailer, _ id: UUID = .v7()) async throws -> JobResult {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let job = ClaimedJob(
            lease: JobLease(job: id, token: .v7()),
            kind: MailJob.kind,
            parameters: parameters,
            team: nil,
            attempt: 1,
            maxAttempts: 3
        )
        return try await MailJob(writer: Writer(), mailer: mailer, logger: logger)
            .run(parameters, JobContext(job, startedAt: Timestamp(seconds: 0)))
    }

    @Test("sends the letter by the job's id, once it is there to send")
    func sends() async throws {
        let mailer = FailingMailer()
        let id = UUID.v7()
        #expect(try await run(["to": "ada@example.org"], mailer, id) == .completed)
        #expect(mailer.letters.map(\.id) == [id])
        #expect(try await run([:], mailer) == .completed)
        #expect(mailer.letters.count == 1)
    }

    @Test("gives up what is refused for good, and tries again what is not")
    func failures() async throws {
        let refused = FailingMailer(DashError(.invalid, "The mail server refused the mail with 550."))
        #expect(
            try await run(["to": "a@b.co"], refused)
                == .discarded(reason: "The mail server refused the mail with 550.")
        )
        let away = FailingMailer(DashError(.unavailable, "Nobody answers."))
        await #expect(throws: DashError.self) { try await run(["to": "a@b.co"], away) }
    }

    @Test("waits in a queue of its own, with tries for more than an hour")
    func queue() {
        let job = MailQueue().job(["to": "a@b.co"])
        #expect(job.queue == MailQueue.name)
        let waits = (1..<job.maxAttempts).map { Backoff.jobs.delay(after: $0, atLeast: nil, chance: 0) }
        #expect(waits.reduce(.zero, +) > .seconds(3_600))
    }
}
