import DashJSON
import DashModel
import DashPipeline
import DashStorage
import HTTPTypes
import Testing

@testable import DashAPI
@testable import DashWeb

@Suite("Pages of a person's account")
struct PersonPageTests {
    private let password = "correct horse battery"
    private let new = "another horse entirely"

    @Test("a lost password is replaced by mail, and the answer tells nothing")
    func lostPassword() async throws {
        let site = try await TestSite(mail: true)
        try await site.run { client in
            try await site.accounts.createUser(email: "ada@example.org", password: password, teamSlug: "lab")
            let browser = Browser(client)
            #expect(try await browser.get("/sign-in").text.contains(#"href="/forgot-password""#))
            var answers: [String] = []
            for email in ["ada@example.org", "bob@example.org"] {
                let page = try await browser.submit("/forgot-password", from: "/forgot-password", [("email", email)])
                #expect(page.status == .ok)
                answers.append(page.text.replacing(email, with: "X"))
            }
            #expect(Set(answers).count == 1)
            let letters = try await site.letters()
            #expect(letters.map(\.to) == ["ada@example.org"])
            let path = TestSite.path(in: letters.first)
            #expect(path.hasPrefix("/reset-password/"))
            let page = try await browser.get(path)
            #expect(page.headers[HTTPField.Name.referrerPolicy] == "no-referrer")
            let refused = try await browser.submit(path, from: path, [("password", "short")])
            #expect(refused.status == .unprocessableContent)
            #expect(refused.text.contains("at least 10 characters"))
            #expect(try await browser.submit(path, from: path, [("password", new)]).status == .seeOther)
            #expect(try await browser.get("/account").text.contains("ada@example.org"))
            let over = try await browser.get(path)
            #expect(over.status == .notFound)
            #expect(over.text.contains("This link is over"))
            for path in ["/reset-password/x", "/confirm/x", "/confirm/" + String(repeating: "A", count: 43)] {
                #expect(try await browser.get(path).status == .notFound)
            }
        }
    }

    @Test("a server without mail says so")
    func withoutMail() async throws {
        let site = try await TestSite()
        let signedIn = try await site.accounts.signUp(email: "ada@example.org", password: password)
        try await site.run { client in
            #expect(try await Browser(client).get("/forgot-password").text.contains("dashd user reset"))
            let browser = Browser(client, session: signedIn.token)
            let account = try await browser.get("/account")
            #expect(account.text.contains("sends no mail"))
            #expect(!account.text.contains("is not confirmed:"))
            let refused = try await browser.submit("/account/email", from: "/account", [("email", "a@b.co")])
            #expect(refused.status == .preconditionFailed)
        }
    }

    @Test("a sign-up is confirmed by mail, with the password, and answered the same for a known address")
    func signUp() async throws {
        let site = try await TestSite(mail: true)
        try await site.run { client in
            try await site.accounts.createUser(email: "bob@example.org", password: password, teamSlug: "lab")
            let browser = Browser(client)
            var answers: [String] = []
            for email in ["ada@example.org", "bob@example.org"] {
                let page = try await browser.submit(
                    "/sign-up",
                    from: "/sign-up",
                    [("email", email), ("password", password), ("team_name", "Yard")]
                )
                #expect(page.headers[.setCookie] == nil)
                answers.append("\(page.status)" + page.text.replacing(email, with: "X"))
            }
            #expect(Set(answers).count == 1)
            #expect(answers.first?.contains("Look into your mail") == true)
            let path = TestSite.path(in: try await site.letters().first)
            #expect(try await browser.get(path).text.contains("Confirm ada@example.org"))
            #expect(try await browser.submit(path, from: path, [("password", "wrong")]).status == .unprocessableContent)
            #expect(try await browser.submit(path, from: path, [("password", password)]).status == .seeOther)
            #expect(try await browser.get("/team").text.contains("Yard"))
        }
    }

    @Test("an unconfirmed account works under a banner, until a link is opened")
    func banner() async throws {
        let site = try await TestSite(mail: true)
        let signedIn = try await site.accounts.signUp(email: "ada@example.org", password: password)
        try await site.run { client in
            let browser = Browser(client, session: signedIn.token)
            _ = try await site.letters()
            #expect(try await browser.get("/dashboards").text.contains("is not confirmed"))
            let sent = try await browser.submit("/account/confirm", from: "/account", [])
            #expect(sent.headers[.location] == "/account?done=confirm")
            let path = TestSite.path(in: try await site.letters().first)
            // Whoever opens it need not be signed in.
            let done = try await Browser(client).submit(path, from: path, [])
            #expect(done.text.contains("Address confirmed"))
            #expect(try await !browser.get("/dashboards").text.contains("is not confirmed"))
        }
    }

    @Test("password and address are changed with the present password only")
    func changes() async throws {
        let site = try await TestSite(mail: true)
        let signedIn = try await site.accounts.signUp(email: "ada@example.org", password: password)
        let other = try await site.accounts.signIn(email: "ada@example.org", password: password)
        try await site.run { client in
            let browser = Browser(client, session: signedIn.token)
            func change(_ current: String, _ new: String) async throws -> Browser.Page {
                try await browser.submit(
                    "/account/password",
                    from: "/account",
                    [("current_password", current), ("password", new)]
                )
            }
            #expect(try await change("wrong", new).text.contains("Password is not the present password"))
            #expect(try await change(password, "short").text.contains("at least 10 characters"))
            let changed = try await change(password, new)
            #expect(changed.headers[.location] == "/account?done=password")
            #expect(changed.headers[values: .setCookie].contains { $0.hasPrefix("dash_browser=") })
            #expect(try await site.accounts.session(token: other.token) == nil)
            _ = try await site.letters()
            let wrong = try await browser.submit(
                "/account/email",
                from: "/account",
                [("email", "ada@example.com"), ("password", password)]
            )
            #expect(wrong.text.contains("Password is not the present password"))
            let asked = try await browser.submit(
                "/account/email",
                from: "/account",
                [("email", "ada@example.com"), ("password", new)]
            )
            #expect(asked.text.contains("on its way to ada@example.com"))
            let letters = try await site.letters()
            #expect(letters.map(\.to) == ["ada@example.com", "ada@example.org"])
            let path = TestSite.path(in: letters.first)
            #expect(try await browser.submit(path, from: path, []).text.contains("now that of <b>ada@example.com</b>"))
            #expect(try await browser.get("/account").text.contains("ada@example.com"))
        }
    }

    @Test("sessions are listed in words and ended elsewhere")
    func sessions() async throws {
        let site = try await TestSite()
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        let mine = try await site.accounts.signUp(
            email: "ada@example.org",
            password: password,
            from: Origin(remoteAddress: "192.0.2.1", userAgent: firefox)
        )
        let stolen = try await site.accounts.signIn(
            email: "ada@example.org",
            password: password,
            from: Origin(remoteAddress: "198.51.100.7", userAgent: "curl/8.5")
        )
        try await site.run { client in
            let browser = Browser(client, session: mine.token)
            let thief = Browser(client, session: stolen.token)
            let page = try await browser.get("/account/sessions")
            #expect(page.text.contains("Firefox on Linux"))
            #expect(page.text.contains("this one"))
            #expect(page.text.contains("198.51.100.7"))
            #expect(try await thief.get("/account/sessions").status == .ok)
            let ended = try await browser.submit(
                "/account/sessions/\(stolen.session.id.text)/end",
                from: "/account/sessions",
                []
            )
            #expect(ended.headers[.location] == "/account/sessions?ended=1")
            #expect(try await thief.get("/account/sessions").headers[.location]?.hasPrefix("/sign-in") == true)
            // Without the form's token nothing ends.
            #expect(try await browser.post("/account/sessions/end-others", []).status == .forbidden)
        }
    }

    @Test(
        "browsers have names",
        arguments: [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
                "Chrome on Windows"
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge on Windows"
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
                "Safari on iPhone"
            ),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1", "Safari on macOS"),
            ("curl/8.5.0", "Curl"), ("", "Unknown browser"), ("<script>", "Unknown browser"),
        ]
    )
    func browserNames(agent: String, name: String) {
        #expect(BrowserName.text(of: agent) == name)
    }

    @Test("the audit page tells who, what, from where, old and new; for owners and admins, of their team")
    func audit() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let other = try await site.makeTenant()
        let (email, admin) = try await site.signIn(.admin, into: tenant)
        let (_, member) = try await site.signIn(.member, into: tenant)
        try await site.run { client in
            let browser = Browser(client, session: admin)
            _ = try await browser.submit("/team", from: "/team", [("name", "Harbour <1>")])
            _ = try await site.resources.create(
                Resources.apiTokens,
                ResourceInput(attributes: ["name": "CI", "scopes": ["read"]]),
                as: tenant.owner,
                from: "192.0.2.9"
            )
            _ = try? await site.accounts.signIn(
                email: email,
                password: "wrong",
                from: Origin(remoteAddress: "198.51.100.7")
            )
            _ = try await site.makePipeline("Elsewhere", as: other.owner)
            let page = try await browser.get("/audit")
            #expect(page.status == .ok)
            for text in [
                "API token “CI”", "192.0.2.9", "failed to sign in", "198.51.100.7", "<del>Team</del>",
                "<ins>Harbour &lt;1&gt;</ins>", "pipeline “Readings”", email,
            ] {
                #expect(page.text.contains(text), "\(text)")
            }
            #expect(!page.text.contains("Elsewhere"))
            let filtered = try await browser.get(
                "/audit?action=sign_in_failed&resource=users&from=2020-01-01&to=9999-01-01"
            )
            #expect(filtered.text.contains("198.51.100.7"))
            #expect(!filtered.text.contains("API token “CI”"))
            #expect(try await browser.get("/audit?to=2020-01-01").text.contains("Nothing matches"))
            for odd in [
                "person=x&action=y&resource=users%27&from=nonsense&to=2020-99-99", "person=system", "to=9999-12-31",
                "from=0000-01-01&to=9999-12-30",
            ] {
                #expect(try await browser.get("/audit?" + odd).status == .ok)
            }
            #expect(try await browser.get("/audit?after=zzz").status == .badRequest)
            #expect(try await Browser(client, session: member).get("/audit").status == .forbidden)
            #expect(try await !Browser(client, session: member).get("/team").text.contains(#"href="/audit""#))
        }
    }

    @Test("the audit trail is leafed through without repeats")
    func auditPages() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let (_, admin) = try await site.signIn(.admin, into: tenant)
        for index in 0..<120 { _ = try await site.makePipeline("P\(index).", as: tenant.owner) }
        try await site.run { client in
            let browser = Browser(client, session: admin)
            var path: String? = "/audit?action=create&resource=pipelines"
            var seen: [Int] = []
            while let next = path {
                let page = try await browser.get(next)
                seen += page.text.matches(of: /pipeline “P([0-9]+)\.”/).compactMap { Int($0.output.1) }
                path = page.text.firstMatch(of: /href="([^"]+)">Earlier/)
                    .map { String($0.output.1).replacing("&amp;", with: "&") }
            }
            #expect(seen.count == 120)
            #expect(Set(seen) == Set(0..<120))
        }
    }
}
