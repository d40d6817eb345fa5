import DashModel
import Testing

@testable import DashAPI

@Suite("Passwords")
struct PasswordTests {
    private let cost = ScryptCost(logRounds: 5)

    @Test("the RFC's scrypt vector comes out")
    func vector() throws {
        // RFC 7914 §12: P="password", S="NaCl", N=1024, r=8, p=16; its first 32 bytes.
        let cost = ScryptCost(logRounds: 10, blockSize: 8, parallelism: 16)
        let hash = try PasswordHash(of: "password", cost: cost, salt: Array("NaCl".utf8))
        let wanted = "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
        #expect(SecretToken.hex(hash.key) == wanted)
    }

    @Test("a hash fits its password only, and survives its text")
    func roundTrip() throws {
        let hash = try PasswordHash(of: "correct horse", cost: cost)
        let read = try #require(PasswordHash(text: hash.text))
        #expect(try read.matches("correct horse"))
        #expect(try !read.matches("correct horsf"))
        #expect(try !read.matches(""))
        #expect(try PasswordHash(of: "correct horse", cost: cost).text != hash.text)
    }

    @Test(
        "texts that Dash did not make are no hashes",
        arguments: [
            "", "none", "$scrypt$", "$scrypt$ln=17,r=8$YWJj$YWJj", "$bcrypt$ln=1,r=1,p=1$YWJjYWJjYWJj$YWJj",
            "$scrypt$ln=60,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ]
    )
    func garbage(text: String) {
        #expect(PasswordHash(text: text) == nil)
    }

    @Test(
        "what is guessed first is refused",
        arguments: [
            "1234567890", "12345678901234", "qwertyuiop", "qwertyuiop123", "Password123!", "p4ssw0rd2026",
            "abcabcabcabc",
            "aaaaaaaaaaaaaaaa", "passwordpassword", "iloveyou2026", "ada@example.org", "lovelace2026", "Harbour2026!",
            "1q2w3e4r5t", "abcdefghijkl", "0987654321", "１２３４５６７８９０",
        ]
    )
    func guessedFirst(password: String) {
        #expect(!PasswordRules.issues(password, email: "ada.lovelace@example.org", names: ["Harbour"]).isEmpty)
    }

    @Test(
        "words of one's own are taken",
        arguments: ["correct horse battery", "another horse", "Regen am Dienstag", "x9#Lm2!qTz7w", "тихая гавань 7"]
    )
    func taken(password: String) {
        #expect(PasswordRules.issues(password, email: "ada@example.org", names: ["Harbour"]).isEmpty)
    }

    @Test("a password is the same in every spelling of its characters, and older hashes still fit")
    func spelling() async throws {
        let hasher = PasswordHasher(cost: cost)
        let composed = "caf\u{E9} am Hafen"
        let decomposed = "cafe\u{301} am Hafen"
        #expect(try await hasher.matches(decomposed, stored: hasher.hash(composed)))
        let old = try PasswordHash(of: decomposed, cost: cost).text
        #expect(try await hasher.matches(decomposed, stored: old))
    }

    @Test("nobody's password never fits, whatever it is")
    func decoy() async throws {
        let hasher = PasswordHasher(cost: cost)
        #expect(try await !hasher.matches("x", stored: nil))
        #expect(try await !hasher.matches("x", stored: "none"))
        #expect(try await hasher.matches("x", stored: hasher.hash("x")))
    }

    @Test("the default cost is OWASP's")
    func defaultCost() async throws {
        #expect(ScryptCost() == ScryptCost(logRounds: 17, blockSize: 8, parallelism: 1))
        let text = try await PasswordHasher().hash("correct horse")
        #expect(text.hasPrefix("$scrypt$ln=17,r=8,p=1$"))
    }

    @Test("many at once wait for each other, too many are sent away")
    func bounded() async throws {
        let turns = Turnstile<Int>(width: 1, queue: 3)
        let hold = AsyncStream.makeStream(of: Void.self)
        let entered = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await turns.pass(0) {
                    entered.continuation.finish()
                    for await _ in hold.stream {}
                }
            }
            for await _ in entered.stream {}
            var refused = 0
            // A different key has its own turnstile.
            try await turns.pass(1) {}
            await withTaskGroup(of: Bool.self) { waiting in
                for _ in 0..<10 {
                    waiting.addTask {
                        do {
                            try await turns.pass(0) {}
                            return true
                        } catch {
                            return false
                        }
                    }
                }
                for await passed in waiting {
                    if !passed { refused += 1 }
                    // Those beyond the queue are refused while the first still holds its place.
                    if refused == 7 { hold.continuation.finish() }
                }
            }
            #expect(refused == 7)
            try await group.waitForAll()
        }
    }
}
