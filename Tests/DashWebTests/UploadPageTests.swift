import DashJSON
import DashModel
import DashSQLite
import DashStorage
import FoundationEssentials
import HTTPTypes
import Testing

@testable import DashAPI
@testable import DashWeb

/// The page of a pipeline's uploads: the form, how far each file is, and its buttons.
@Suite struct UploadPageTests {
    @Test func showsHowFarFilesAreAndCancelsResumesAndDeletesThem() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let upload = try await make(site, tenant, "running", read: 50)
        let failed = try await make(site, tenant, "failed", read: 10, error: "Line 7: <broken>")
        let session = try await site.signIn(.member, into: tenant).token
        let viewer = try await site.signIn(.viewer, into: tenant).token
        try await site.run { client in
            let browser = Browser(client, session: session)
            let path = "/pipelines/\(tenant.pipeline.text)/uploads"
            let page = try await browser.get(path)
            try PageTests.checkMarkup(page, path)
            for text in ["value=\"50\"", "Line 7: &lt;broken&gt;", "aria-current=\"page\">Uploads", "orders.csv"] {
                #expect(page.text.contains(text), "\(text)")
            }
            let list = try await browser.get(path + "/list")
            #expect(list.text.contains("id=\"upload-list\"") && !list.text.contains("<html"))
            #expect(list.text.contains("name=\"_csrf\" value=\"") && !list.text.contains("value=\"\"><button"))
            #expect(try await browser.submit("\(path)/\(upload.text)/cancel", from: path, []).status == .seeOther)
            #expect(try await browser.submit("\(path)/\(failed.text)/resume", from: path, []).status == .seeOther)
            let after = try await browser.get(path)
            #expect(after.text.contains("badge cancelled") && after.text.contains("badge queued"))
            #expect(try await browser.submit("\(path)/\(upload.text)/delete", from: path, []).status == .seeOther)
            #expect(try await !browser.get(path).text.contains("badge cancelled"))
            let other = try await Browser(client, session: viewer).get(path)
            #expect(other.status == .ok && !other.text.contains("/cancel\"") && !other.text.contains("data-upload="))
        }
    }

    private func make(
        _ site: TestSite,
        _ tenant: TestSite.Tenant,
        _ status: String,
        read: Int,
        error: String? = nil
    ) async throws -> UUID {
        let row = ResourceRow(
            id: .v7(),
            values: [
                "team_id": .string(tenant.team.text), "pipeline_id": .string(tenant.pipeline.text),
                "filename": "orders.csv", "format": "csv", "object_key": "uploads/a", "byte_count": 100,
                "bytes_read": .number(JSONNumber(read)), "status": .string(status),
                "error_message": error.map { .string($0) } ?? .null,
            ]
        )
        try await site.store.resources.apply([.insert(Resources.uploads, row)], in: .system)
        return row.id
    }
}
