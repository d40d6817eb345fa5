import DashConnectors
import DashJSON
import DashModel
import DashPipeline
import DashSQLite
import DashStorage
import Foundation
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Synchronization

@testable import DashAPI

/// The API on a store of its own, asked through the router without a socket.
struct TestServer: Sendable {
    let store: Store
    private let folder: TemporaryFolder
    let clock = ManualClock()
    let operations: CountingOperations
    let accounts: Accounts
    let tokens: TokenAuthenticator
    let service: ResourceService
    let links: PublicDashboards
    let objects: FolderObjectStore
    let changes = ChangeLog()
    let ended = EndLog()

    init(
        registration: Registration = .open,
        mail: Bool = false,
        sessions: SessionLimits = SessionLimits(),
        signer: SecretSigner = SecretSigner()
    ) async throws {
        folder = try TemporaryFolder()
        objects = FolderObjectStore(path: folder.path + "/objects")
        let sealer = try AESGCMSealer(keys: [AESGCMSealer.makeKey()])
        let path = folder.path + "/dash.sqlite"
        // Rows are stamped by the machine's clock: versions must differ though the test's clock stands still.
        let store = try await SQLiteEngine(path: path, sealer: sealer, logger: Logger(label: "test"), readers: 2).store
        try await store.engine.migrate()
        self.store = store
        operations = CountingOperations(store: store)
        tokens = TokenAuthenticator(store: store, clock: clock, logger: Logger(label: "test"))
        accounts = Accounts(
            store: store.resources,
            hasher: PasswordHasher(cost: ScryptCost(logRounds: 4)),
            registration: registration,
            signer: signer,
            mail: mail ? MailQueue() : nil,
            publicURL: "https://dash.test",
            sessionLimits: sessions,
            clock: clock,
            onSessionsEnded: { [ended] in ended.append($0) }
        )
        let changes = changes
        links = PublicDashboards(store: store)
        service = ResourceService(
            store: store,
            operations: operations,
            components: TestComponents.all,
            widgetTypes: ["stat_card", "gauge", "table", "text"],
            tokens: tokens,
            links: links,
            uploads: Uploads(
                store: store,
                objects: objects,
                limits: UploadLimits(bytes: 4 << 20),
                clock: clock,
                logger: Logger(label: "test")
            ),
            invitations: mail ? InvitationMail(queue: MailQueue(), accounts: accounts) : nil,
            clock: clock,
            onChange: { changes.append($0) }
        )
    }

    /// Runs the body against the routes.
    func run(_ body: @escaping @Sendable (TestAPI) async throws -> Void) async throws {
        let router = AddressRouter()
        router.add(middleware: Authentication(accounts: accounts, tokens: tokens))
        RESTRoutes(service: service).add(to: router)
        let app = Application(router: router.completed(), logger: Logger(label: "test"))
        try await app.test(.router) { client in try await body(TestAPI(client: client)) }
    }

    func row(_ resource: Resource, _ id: UUID) async throws -> ResourceRow? {
        try await store.resources.fetch(resource, id: id, in: .system)
    }

    func rows(_ resource: Resource, _ filters: [ResourceQuery.Filter] = []) async throws -> [ResourceRow] {
        try await store.resources.list(resource, ResourceQuery(filters: filters, limit: 1_000), in: .system).rows
    }

    /// Inserts a row as the server itself does.
    @discardableResult
    func insert(_ resource: Resource, _ values: [String: JSONValue]) async throws -> UUID {
        let row = ResourceRow(id: .v7(), values: values)
        try await store.resources.apply([.insert(resource, row)], in: .system)
        return row.id
    }
}

/// The changes that the service announced.
final class ChangeLog: Sendable {
    private let entries = Mutex<[ResourceChanged]>([])
    func append(_ entry: ResourceChanged) { entries.withLock { $0.append(entry) } }
    var all: [ResourceChanged] { entries.withLock { $0 } }
}

/// The sessions that were told to have ended.
final class EndLog: Sendable {
    private let entries = Mutex<[EndedSession]>([])
    func append(_ sessions: [EndedSession]) { entries.withLock { $0 += sessions } }
    var ids: Set<UUID> { Set(entries.withLock { $0 }.map(\.id)) }
}

extension TestServer {
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
            let first = try await accounts.letter(job.parameters, job: job.lease.job)
            // A job that is run again, as after a crash, writes the same letter.
            let again = try await accounts.letter(job.parameters, job: job.lease.job)
            guard first == again else { throw DashError(.internal, "A repeat differs.") }
            if let first { letters.append(first) }
            try await store.jobs.settle(job.lease, as: .completed, now: now)
        }
        return letters
    }

    /// A person with a confirmed address, whose letters so far are read.
    func signUpByMail(_ email: String, password: String) async throws -> SignedIn {
        try await accounts.requestSignUp(email: email, password: password)
        let token = Self.token(in: try await letters().first, "/confirm/")
        return try await accounts.completeSignUp(token: token, password: password)
    }

    /// What stands behind the last slash of the letter's link.
    static func token(in letter: Letter?, _ path: String) -> String {
        guard let line = letter?.text.split(whereSeparator: \.isNewline).first(where: { $0.contains(path) }),
            let range = line.range(of: path)
        else { return "" }
        return String(line[range.upperBound...].prefix { $0 != "?" })
    }
}
