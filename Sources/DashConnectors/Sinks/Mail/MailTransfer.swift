import CCurl
import DashModel
import Glibc

/// A connection to a mail server by libcurl, used from one thread and kept open for the next mail.
final class MailTransfer {
    enum Encryption: String, Sendable {
        case none, starttls, tls
    }

    struct Server: Sendable {
        var host: String
        var port: Int
        var address: String
        var encryption: Encryption
        var username: String
        var password: String
        var timeout: Int
    }

    /// What is left of a mail while libcurl reads it.
    private final class Source {
        let bytes: [UInt8]
        var position = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }
    }

    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private let handle: UnsafeMutableRawPointer
    private let server: Server

    init(_ server: Server) throws {
        self.server = server
        guard Self.isLibraryReady, let handle = curl_easy_init() else {
            throw DashError(.internal, "libcurl could not be started.")
        }
        self.handle = handle
    }

    deinit { curl_easy_cleanup(handle) }

    /// Returns when the server has taken the mail for every recipient.
    func send(_ mail: [UInt8], from sender: String, to recipients: [String]) throws {
        let source = Source(mail)
        var list: UnsafeMutablePointer<curl_slist>?
        for recipient in recipients { list = curl_slist_append(list, "<\(recipient)>") }
        defer { curl_slist_free_all(list) }
        try withExtendedLifetime(source) {
            try perform { handle in
                _ = dash_curl_set_text(handle, CURLOPT_MAIL_FROM, "<\(sender)>")
                _ = dash_curl_set_list(handle, CURLOPT_MAIL_RCPT, list)
                _ = dash_curl_set_number(handle, CURLOPT_UPLOAD, 1)
                _ = dash_curl_set_body(handle, Self.read, Unmanaged.passUnretained(source).toOpaque())
            }
        }
    }

    /// Signs in and does nothing.
    func test() throws {
        try perform { handle in
            _ = dash_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, "NOOP")
            _ = dash_curl_set_number(handle, CURLOPT_NOBODY, 1)
        }
    }

    private static let read: curl_read_callback = { buffer, size, count, source in
        guard let buffer, let source else { return 0 }
        let mail = Unmanaged<Source>.fromOpaque(source).takeUnretainedValue()
        let length = min(size * count, mail.bytes.count - mail.position)
        mail.bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            memcpy(buffer, base + mail.position, length)
        }
        mail.position += length
        return length
    }

    private func perform(_ configure: (UnsafeMutableRawPointer) -> Void) throws {
        curl_easy_reset(handle)
        let host = server.host.contains(":") ? "[\(server.host)]" : server.host
        let scheme = server.encryption == .tls ? "smtps" : "smtp"
        _ = dash_curl_set_text(handle, CURLOPT_URL, "\(scheme)://\(host):\(server.port)/dash")
        let address = server.address.contains(":") ? "[\(server.address)]" : server.address
        let pin = curl_slist_append(nil, "\(server.host):\(server.port):\(address)")
        defer { curl_slist_free_all(pin) }
        _ = dash_curl_set_list(handle, CURLOPT_RESOLVE, pin)
        // Signals would end the process of a server with threads.
        _ = dash_curl_set_number(handle, CURLOPT_NOSIGNAL, 1)
        _ = dash_curl_set_number(handle, CURLOPT_TIMEOUT, server.timeout)
        _ = dash_curl_set_number(handle, CURLOPT_CONNECTTIMEOUT, min(10, server.timeout))
        if server.encryption != .none {
            _ = dash_curl_set_number(handle, CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue))
        }
        // The environment's proxies are the operator's, not the tenant's.
        _ = dash_curl_set_text(handle, CURLOPT_PROXY, "")
        if !server.username.isEmpty {
            _ = dash_curl_set_text(handle, CURLOPT_USERNAME, server.username)
            _ = dash_curl_set_text(handle, CURLOPT_PASSWORD, server.password)
        }
        configure(handle)
        let code = curl_easy_perform(handle)
        guard code != CURLE_OK else { return }
        var answer = 0
        _ = dash_curl_response(handle, &answer)
        throw failure(code, answer)
    }

    private func failure(_ code: CURLcode, _ answer: Int) -> DashError {
        let name = ServerName(host: server.host, port: server.port, address: server.address)
        let reason = curl_easy_strerror(code).map { String(cString: $0) } ?? "error \(code.rawValue)"
        // 530, 534, 535 and 538 ask for other credentials, which are for a person to put right (RFC 4954).
        if (500...599).contains(answer), ![530, 534, 535, 538].contains(answer), code != CURLE_LOGIN_DENIED {
            return DashError(.invalid, "The mail server \(name) refused the mail with \(answer).")
        }
        let said = answer > 0 ? " (it answered \(answer))" : ""
        return DashError(.unavailable, "The mail server \(name) did not take the mail: \(reason)\(said).")
    }
}
