import DashJSON
import DashModel
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import DashAPI
@testable import DashWeb

@Suite("Methods of every address")
struct MethodTests {
    @Test("HEAD answers as GET does, without the body")
    func head() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(records: [#"{"a":1}"#])
        let member = try await site.signIn(.member, into: tenant)
        let dashboard = try await site.makeDashboard(as: tenant.owner)
        let link = try await site.resources.act("share", on: Resources.dashboards, id: dashboard, as: tenant.owner)
        guard case .row(let shared) = link, let token = shared.secret else {
            Issue.record("no link")
            return
        }
        try await site.run { client in
            let paths = [
                "/", "/sign-in", "/pipelines", "/pipelines/\(tenant.pipeline.text)", "/dashboards/\(dashboard.text)",
                "/assets/css/app.css", "/assets/nothing", "/nowhere", "/healthz", "/readyz", "/metrics",
                "/d/\(token)", "/d/nothing", "/api/v1/pipelines", "/api/v1/nothing", "/layout.css",
            ]
            for path in paths {
                for accept in ["text/html", "*/*"] {
                    let headers: HTTPFields = [.cookie: "dash_session=\(member.token)", .accept: accept]
                    let get = try await client.executeRequest(uri: path, method: .get, headers: headers, body: nil)
                    let head = try await client.executeRequest(uri: path, method: .head, headers: headers, body: nil)
                    #expect(head.status == get.status, "\(path)")
                    #expect(head.body.readableBytes == 0, "\(path)")
                    #expect(head.headers[.contentLength] == String(get.body.readableBytes), "\(path)")
                    for name: HTTPField.Name in [.contentType, .eTag, .location, .cacheControl, .vary] {
                        #expect(head.headers[name] == get.headers[name], "\(path) \(name)")
                    }
                }
            }
        }
    }

    @Test("HEAD of a stream opens none")
    func headOfStream() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let member = try await site.signIn(.member, into: tenant)
        try await site.run { client in
            // Its length is not known, so that its connection ends behind the head.
            await #expect(throws: (any Error).self) {
                try await client.execute(
                    uri: "/live/pipelines/\(tenant.pipeline.text)",
                    method: .head,
                    headers: [.cookie: "dash_session=\(member.token)"]
                ) { _ in }
            }
            #expect(site.live.viewerCount == 0)
        }
    }

    @Test("what an address doesn't take is refused with what it takes")
    func otherMethods() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        try await site.run { client in
            let pipeline = "/pipelines/\(tenant.pipeline.text)"
            let addresses = [
                ("/sign-in", "GET, HEAD, OPTIONS, POST"), ("/sign-out", "OPTIONS, POST"),
                ("/assets/css/app.css", "GET, HEAD, OPTIONS"), ("/healthz", "GET, HEAD, OPTIONS"),
                (pipeline, "GET, HEAD, OPTIONS, POST"), ("/pipelines/new", "GET, HEAD, OPTIONS"),
                ("/ingest/\(tenant.pipeline.text)", "OPTIONS, POST"), ("/d/x/live", "GET, HEAD, OPTIONS"),
                ("/live/dashboards/x", "GET, HEAD, OPTIONS"), ("/api/v1/query", "OPTIONS, POST"),
            ]
            for (path, allow) in addresses {
                let options = try await client.executeRequest(uri: path, method: .options, headers: [:], body: nil)
                #expect(options.status.kind == .successful, "\(path)")
                #expect(options.headers[.allow] == allow, "\(path)")
                for method in AddressRouter.methods where !allow.contains(method.rawValue) {
                    let answer = try await client.executeRequest(uri: path, method: method, headers: [:], body: nil)
                    #expect(answer.status == .methodNotAllowed, "\(method) \(path)")
                    #expect(answer.headers[.allow] == allow, "\(method) \(path)")
                }
            }
            let page = try await Browser(client).get("/sign-out")
            #expect(page.status == .methodNotAllowed)
            #expect(page.headers[.contentType]?.hasPrefix("text/html") == true)
            #expect(page.headers[.allow] == "OPTIONS, POST")
            let nothing = try await client.executeRequest(uri: "/nowhere", method: .options, headers: [:], body: nil)
            #expect(nothing.status == .notFound)
        }
    }
}
