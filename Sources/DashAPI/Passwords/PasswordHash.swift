import Crypto
import FoundationEssentials
import _CryptoExtras

/// A password as it is stored, with all that it takes to check one: `$scrypt$ln=17,r=8,p=1$salt$key`.
struct PasswordHash: Sendable {
    let cost: ScryptCost
    let salt: [UInt8]
    let key: [UInt8]

    /// Blocks a thread for as long as `cost` says.
    init(of password: String, cost: ScryptCost, salt: [UInt8] = SecretToken.random(16)) throws {
        self.cost = cost
        self.salt = salt
        key = try Self.derive(password, cost, salt)
    }

    /// A hash that no password fits, to spend the same time on people who don't exist.
    init(decoyOf cost: ScryptCost) {
        self.cost = cost
        salt = SecretToken.random(16)
        key = SecretToken.random(32)
    }

    init?(text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
            let salt = Base64URL.decode(String(parts[3])), let key = Base64URL.decode(String(parts[4]))
        else { return nil }
        var numbers: [Substring: Int] = [:]
        for pair in parts[2].split(separator: ",") {
            let sides = pair.split(separator: "=")
            guard sides.count == 2, let number = Int(sides[1]) else { return nil }
            numbers[sides[0]] = number
        }
        guard let rounds = numbers["ln"], let block = numbers["r"], let parallelism = numbers["p"] else { return nil }
        let cost = ScryptCost(logRounds: rounds, blockSize: block, parallelism: parallelism)
        guard cost.isSane, salt.count >= 8, key.count == 32 else { return nil }
        self.cost = cost
        self.salt = salt
        self.key = key
    }

    var text: String {
        "$scrypt$ln=\(cost.logRounds),r=\(cost.blockSize),p=\(cost.parallelism)$"
            + Base64URL.encode(salt) + "$" + Base64URL.encode(key)
    }

    /// Blocks a thread for as long as the hash's cost says.
    func matches(_ password: String) throws -> Bool {
        ConstantTime.equal(try Self.derive(password, cost, salt), key)
    }

    private static func derive(_ password: String, _ cost: ScryptCost, _ salt: [UInt8]) throws -> [UInt8] {
        let key = try KDF.Scrypt.deriveKey(
            from: Array(password.utf8),
            salt: salt,
            outputByteCount: 32,
            rounds: 1 << cost.logRounds,
            blockSize: cost.blockSize,
            parallelism: cost.parallelism
        )
        return key.withUnsafeBytes { Array($0) }
    }
}
