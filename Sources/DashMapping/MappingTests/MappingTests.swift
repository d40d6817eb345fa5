public import DashJSON
public import DashModel

/// The tests that are stored with a mapping.
public struct MappingTests: Sendable, Hashable {
    public static let limit = 200

    public let tests: [MappingTest]

    /// Reads `[{"name","input","expected"|"expected_refusal","now"?}]`; pointers of the errors begin with `/tests`.
    public init(_ json: JSONValue) throws(MappingErrors) {
        var reader = MappingTestReader()
        tests = reader.read(json)
        guard reader.issues.isEmpty else { throw MappingErrors(issues: reader.issues) }
    }

    /// Runs all, within one budget; the issues name the test, the place in what came out, and the difference.
    public func failures(of program: MappingProgram) -> [DashError.Issue] {
        let budget = MappingBudget.current ?? MappingBudget(steps: MappingBudget.usual)
        return MappingBudget.$current.withValue(budget) {
            tests.indices.flatMap { failures(at: $0, of: program) }
        }
    }

    /// What fails in one test.
    public func failures(at index: Int, of program: MappingProgram) -> [DashError.Issue] {
        let test = tests[index]
        let text = Array(test.inputs.map(\.text).joined(separator: "\n").utf8)
        let pointer = "/tests/\(index)"
        do throws(JSONError) {
            let document = try JSONDocument(parsingLines: text)
            let output = program.run(document: document, roots: document.roots, receivedAt: test.now)
            return try MappingTestResult(test, output, at: pointer).issues
        } catch {
            return [.init(pointer: pointer + "/input", message: "test \"\(test.name)\": can't be read: \(error)")]
        }
    }
}
