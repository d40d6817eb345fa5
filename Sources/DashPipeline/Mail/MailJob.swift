public import DashJSON
public import DashJobs
import DashModel
import DashStorage
public import Logging

/// Sends a letter, again and again until the mail server takes it or refuses it for good.
public struct MailJob: JobHandler {
    public static let kind = "mail.send"
    public var kind: String { Self.kind }

    private let writer: any LetterWriter
    private let mailer: any Mailer
    private let logger: Logger

    public init(writer: any LetterWriter, mailer: any Mailer, logger: Logger) {
        self.writer = writer
        self.mailer = mailer
        self.logger = logger
    }

    public func run(_ parameters: JSONValue, _ context: JobContext) async throws -> JobResult {
        guard let letter = try await writer.letter(parameters, job: context.lease.job) else { return .completed }
        do {
            try await mailer.send(letter)
            return .completed
        } catch let error as DashError where error.code == .invalid {
            logger.warning("a mail was refused", metadata: ["job": "\(context.lease.job.text)", "reason": "\(error)"])
            return .discarded(reason: error.message)
        } catch {
            logger.warning("a mail waits", metadata: ["job": "\(context.lease.job.text)", "reason": "\(error)"])
            throw error
        }
    }
}
