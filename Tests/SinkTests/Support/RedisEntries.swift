@testable import DashConnectors

/// Reads a stream as a client would.
enum RedisEntries {
    static func read(_ stream: String, port: Int) throws -> [String] {
        let connection = try RedisConnection(
            address: "127.0.0.1",
            port: port,
            username: "",
            password: "s3cret",
            database: 0,
            timeout: 60
        )
        let script = """
            local out = {}
            for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+')) do out[#out + 1] = entry[2][6] end
            return table.concat(out, '\\n')
            """
        guard case .text(let text) = try connection.run(["EVAL", script, "1", stream].map { Array($0.utf8) }) else {
            return []
        }
        return text.split(separator: "\n").map(String.init)
    }
}
