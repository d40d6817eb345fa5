import Foundation

extension TestServer {
    var port: UInt16 { port(of: url) }

    func port(of url: String) -> UInt16 { UInt16(clamping: URLComponents(string: url)?.port ?? 5432) }
}
