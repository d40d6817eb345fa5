public import Testing

@testable public import DashAPI

extension RESTRoute: CustomTestStringConvertible {
    public var testDescription: String { "\(method) \(path)" }
}

extension Reference.Page: CustomTestStringConvertible {
    public var testDescription: String { name }
}
