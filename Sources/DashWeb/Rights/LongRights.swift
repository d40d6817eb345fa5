import DashAPI
import DashModel
import Hummingbird

/// Lets a request that takes long go on only while its sender may have it done. It follows `Authentication`.
struct LongRights: RouterMiddleware {
    let rights: GrantWatch

    func handle(
        _ request: Request,
        context: DashRequestContext,
        next: @concurrent (Request, DashRequestContext) async throws -> Response
    ) async throws -> Response {
        guard let long = LongRequest.current, let grant = Self.grant(request.uri.path, context) else {
            return try await next(request, context)
        }
        let hold = rights.hold(grant) { long.loseRight() }
        defer { hold.leave() }
        return try await next(request, context)
    }

    private static func grant(_ path: String, _ context: DashRequestContext) -> Grant? {
        if path.hasSuffix("/uploads") { return Grant(context, to: .create, on: Resources.uploads.name) }
        if path.hasSuffix("/preview") { return Grant(context, to: .custom("preview"), on: Resources.pipelines.name) }
        return Grant(context, to: .read, on: PolicyTable.records)
    }
}
