import DashAPI
import DashModel
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging

/// Turns what goes wrong into an answer that its reader understands: a page for people, problem details for programs, and
/// for who has to sign in first, the way there.
struct ErrorAnswers: RouterMiddleware {
    let pages: PageRenderer

    func handle(
        _ request: Request,
        context: DashRequestContext,
        next: @concurrent (Request, DashRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = ProblemDetails(error)
            let hasCause = (error as? DashError)?.cause != nil && problem.status.kind == .serverError
            if problem.status == .internalServerError || hasCause {
                context.logger.error("A request failed", metadata: ["error": "\(String(reflecting: error))"])
            }
            guard request.wantsPage else { return problem.response(requestID: context.requestID) }
            if problem.status == .unauthorized { return signIn(request) }
            return try pages.problem(problem, request: request, context: context)
        }
    }

    private func signIn(_ request: Request) -> Response {
        guard [.get, .head].contains(request.method), !request.isFragment else {
            return .seeOther("/sign-in", for: request)
        }
        return .seeOther("/sign-in?next=" + URLText.encode(request.uri.string), for: request)
    }
}
