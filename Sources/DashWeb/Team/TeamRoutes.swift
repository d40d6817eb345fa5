import DashAPI
import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// The team: its people, the offers to join it, and the other teams one is in.
struct TeamRoutes: Sendable {
    let site: Site

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/team") { request, context in try await show(request, context) }
        router.post("/team", use: rename)
        router.post("/team/new", use: createTeam)
        router.post("/team/switch", use: switchTeam)
        router.post("/team/members/{id}", use: changeMember)
        router.post("/team/invitations", use: invite)
        router.post("/team/invitations/{id}/delete", use: deleteInvitation)
    }

    private func show(
        _ request: Request,
        _ context: DashRequestContext,
        _ extra: ViewData = [:],
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let member = try site.member(context)
        let people = try await site.accounts.members(as: member.principal)
        var data: ViewData = [
            "teamName": member.team.name,
            "teamSlug": member.team.slug,
            "teamVersion": try await site.resources.fetch(
                Resources.teams,
                id: member.team.team,
                as: member.principal
            ).version ?? "",
            "mayManage": member.may(.update, "memberships"),
            "members": people.map { Self.row($0, as: member) },
            "teams": try await site.accounts.teams(of: member.session.user).map {
                ["id": $0.team.text, "name": $0.name, "isCurrent": $0.team == member.team.team] as ViewData
            },
            "roles": Self.roles(selected: .member, upTo: member.team.role),
        ]
        if member.may(.read, "invitations") {
            let open = ResourceQuery(
                filters: [.init("accepted_at", .null, true)],
                sort: [.init("inserted_at", descending: true)],
                limit: 100
            )
            let rows = try await site.resources.list(Resources.invitations, open, as: member.principal).rows
            data["invitations"] = rows.map { row in
                [
                    "id": row.id.text, "email": row.string("email") ?? "", "role": row.string("role") ?? "",
                    "expires": Moment.text(row.timestamp("expires_at")),
                ] as ViewData
            }
            data["hasInvitations"] = !rows.isEmpty
        }
        return try site.pages.page(
            "team",
            title: "Team",
            section: "team",
            data.merging(extra) { _, own in own },
            status: status,
            context: context
        )
    }

    private static func row(_ person: DashAPI.Member, as member: Site.Member) -> ViewData {
        [
            "id": person.membership.text,
            "email": person.email,
            "role": person.role.rawValue,
            "isActive": person.isActive,
            "memberVersion": person.version,
            "isMe": person.user == member.session.user,
            "roles": roles(selected: person.role, upTo: max(member.team.role, person.role)),
        ]
    }

    private static func roles(selected: Role, upTo highest: Role) -> [ViewData] {
        Role.allCases.filter { $0 <= highest }.map { ["value": $0.rawValue, "isSelected": $0 == selected] }
    }

    @Sendable private func rename(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let form = try await site.form(request, context)
        let input = ResourceInput(attributes: JSONObject([("name", .string(form["name"]?.trimmingSpaces ?? ""))]))
        do {
            _ = try await site.resources.update(
                Resources.teams,
                id: member.team.team,
                input,
                seen: form.text("version"),
                as: member.principal,
                from: context.remoteAddress
            )
        } catch let error as DashError where error.code == .preconditionFailed {
            return try await show(request, context, FormProblem(error, fields: []).data, status: .preconditionFailed)
        }
        return Response.seeOther("/team", for: request)
    }

    @Sendable private func createTeam(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let form = try await site.form(request, context)
        let session = try context.requireSession()
        _ = try await site.accounts.createTeam(
            name: form["name"]?.trimmingSpaces ?? "",
            in: session,
            from: site.origin(request, context)
        )
        return Response.seeOther("/", for: request)
    }

    @Sendable private func switchTeam(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let form = try await site.form(request, context)
        guard let team = form.uuid("team") else { throw DashError(.notFound, "There is no such team among yours.") }
        _ = try await site.accounts.switchTeam(try context.requireSession(), to: team)
        return Response.seeOther("/", for: request)
    }

    @Sendable private func changeMember(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let form = try await site.form(request, context)
        var attributes = JSONObject()
        if let role = form.text("role") { attributes["role"] = .string(role) }
        if let active = form.text("active") { attributes["active"] = .bool(active == "true") }
        do {
            _ = try await site.resources.update(
                Resources.memberships,
                id: LiveRoutes.id(context),
                ResourceInput(attributes: attributes),
                seen: form.text("version"),
                as: member.principal,
                from: context.remoteAddress
            )
        } catch let error as DashError where error.code == .preconditionFailed {
            return try await show(request, context, FormProblem(error, fields: []).data, status: .preconditionFailed)
        } catch let error as DashError where [.conflict, .invalid].contains(error.code) {
            return try await show(request, context, ["problem": error.message])
        }
        return Response.seeOther("/team", for: request)
    }

    @Sendable private func invite(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let form = try await site.form(request, context)
        let email = form.text("email") ?? ""
        let input = ResourceInput(
            attributes: JSONObject([("email", .string(email)), ("role", .string(form["role"] ?? "viewer"))])
        )
        do {
            let made = try await site.resources.create(
                Resources.invitations,
                input,
                as: member.principal,
                from: context.remoteAddress
            )
            let link = site.settings.publicURL + "/invitations/" + (made.secret ?? "")
            let data: ViewData = [
                "inviteLink": link, "invitedEmail": email, "inviteIsMailed": site.accounts.sendsMail,
            ]
            return try await show(request, context, data)
        } catch let error as DashError where [.conflict, .invalid].contains(error.code) {
            var data = FormProblem(error, fields: ["email", "role"]).data
            data["inviteEmail"] = email
            return try await show(request, context, data)
        }
    }

    @Sendable private func deleteInvitation(_ request: Request, _ context: DashRequestContext) async throws -> Response
    {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        try await site.resources.delete(
            Resources.invitations,
            id: LiveRoutes.id(context),
            as: member.principal,
            from: context.remoteAddress
        )
        return Response.seeOther("/team", for: request)
    }
}
