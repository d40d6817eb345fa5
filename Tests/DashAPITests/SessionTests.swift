import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Testing

@testable import DashAPI

@Suite("Sessions")
struct SessionTests {
    private let password = "correct horse battery"
    private let day = Duration.seconds(86_400)

    @Test("a sign-in ends some day, however much it is used")
    func absoluteEnd() async throws {
        let limits = SessionLimits(idle: day * 7, absolute: day * 20)
        let server = try await TestServer(sessions: limits)
        let signedIn = try await server.accounts.signUp(email: "ada@example.org", password: password)
        #expect(signedIn.session.expiresAt == server.clock.now + day * 7)
        for _ in 0..<3 {
            server.clock.advance(by: day * 6)
            #expect(try await server.accounts.session(token: signedIn.token) != nil)
        }
        let last = try #require(try await server.accounts.session(token: signedIn.token))
        #expect(last.expiresAt == server.clock.now + day * 2)
        server.clock.advance(by: day * 2)
        #expect(try await server.accounts.session(token: signedIn.token) == nil)
        #expect(try await server.accounts.pruneSessions() == 1)
        #expect(server.ended.ids == [signedIn.session.id])
        let idle = try await server.accounts.signIn(email: "ada@example.org", password: password)
        server.clock.advance(by: day * 7)
        #expect(try await server.accounts.session(token: idle.token) == nil)
    }

    @Test("a person sees where they are signed in, and ends one, or all but this")
    func list() async throws {
        let server = try await TestServer()
        let here = Origin(remoteAddress: "192.0.2.1", userAgent: "Firefox on Linux")
        let mine = try await server.accounts.signUp(email: "ada@example.org", password: password, from: here)
        let stranger = try await server.accounts.signUp(email: "bob@example.org", password: password)
        var others: [SignedIn] = []
        for index in 0..<3 {
            server.clock.advance(by: .seconds(60))
            let there = Origin(remoteAddress: "198.51.100.\(index)", userAgent: "Chrome")
            others.append(try await server.accounts.signIn(email: "ada@example.org", password: password, from: there))
        }
        let seen = try await server.accounts.sessions(of: mine.session)
        #expect(seen.map(\.id) == [mine.session.id] + others.reversed().map(\.session.id))
        #expect(seen.map(\.isCurrent) == [true, false, false, false])
        #expect(seen.first?.remoteAddress == "192.0.2.1")
        #expect(seen.first?.userAgent == "Firefox on Linux")
        // Where it was used last shows when it is used from elsewhere.
        server.clock.advance(by: .seconds(600))
        _ = try await server.accounts.session(token: others[0].token, from: "203.0.113.5")
        let moved = try await server.accounts.sessions(of: mine.session)
        #expect(moved[1].id == others[0].session.id)
        #expect(moved[1].remoteAddress == "203.0.113.5")

        try await server.accounts.endSession(others[0].session.id, of: mine.session)
        try await server.accounts.endSession(stranger.session.id, of: mine.session)
        #expect(try await server.accounts.session(token: others[0].token) == nil)
        #expect(try await server.accounts.session(token: stranger.token) != nil)
        #expect(server.ended.ids == [others[0].session.id])
        #expect(try await server.accounts.endOtherSessions(of: mine.session) == 2)
        #expect(try await server.accounts.sessions(of: mine.session).map(\.id) == [mine.session.id])
        #expect(server.ended.ids == Set(others.map(\.session.id)))
        let events = try await server.rows(Resources.auditEvents, [.init("action", .eq, "end_sessions")])
        #expect(events.count == 2)
        #expect(try await server.accounts.endOtherSessions(of: mine.session) == 0)
    }

    @Test("a person has a bounded number of sessions")
    func bounded() async throws {
        let server = try await TestServer()
        let first = try await server.accounts.signUp(email: "ada@example.org", password: password)
        var last = first
        for _ in 0..<Accounts.mostSessions {
            server.clock.advance(by: .seconds(1))
            last = try await server.accounts.signIn(email: "ada@example.org", password: password)
        }
        #expect(try await server.accounts.session(token: first.token) == nil)
        #expect(try await server.accounts.sessions(of: last.session).count == Accounts.mostSessions)
        #expect(try await server.accounts.endOtherSessions(of: last.session) == Accounts.mostSessions - 1)
    }

    @Test("many who end the same sessions at once all find them ended")
    func race() async throws {
        let server = try await TestServer()
        let mine = try await server.accounts.signUp(email: "ada@example.org", password: password)
        for _ in 0..<5 { _ = try await server.accounts.signIn(email: "ada@example.org", password: password) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { try await server.accounts.endOtherSessions(of: mine.session) } }
            try await group.waitForAll()
        }
        #expect(try await server.accounts.sessions(of: mine.session).count == 1)
    }
}
