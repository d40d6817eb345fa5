/// A compiled expression: flat arrays that evaluations read.
final class CELCode: Sendable {
    /// A field's name as bytes to compare with.
    struct Key: Sendable {
        var start: Int
        var length: Int
        /// As the tape carries it.
        var hash: UInt32
    }

    let nodes: [CELNode]
    let root: Int
    let constants: [CELValue]
    let keys: [Key]
    /// The keys as texts.
    let names: [String]
    /// The keys' bytes.
    let text: [UInt8]
    let arguments: [Int32]
    let loops: [CELLoop]
    let patterns: [RegularExpression]
    let failures: [CELFailure]
    let variables: [String]
    let localCount: Int
    let options: CELOptions
    let resultType: CELType?

    init(
        nodes: [CELNode],
        root: Int,
        constants: [CELValue],
        keys: [Key],
        names: [String],
        text: [UInt8],
        arguments: [Int32],
        loops: [CELLoop],
        patterns: [RegularExpression],
        failures: [CELFailure],
        variables: [String],
        localCount: Int,
        options: CELOptions,
        resultType: CELType?
    ) {
        self.nodes = nodes
        self.root = root
        self.constants = constants
        self.keys = keys
        self.names = names
        self.text = text
        self.arguments = arguments
        self.loops = loops
        self.patterns = patterns
        self.failures = failures
        self.variables = variables
        self.localCount = localCount
        self.options = options
        self.resultType = resultType
    }
}
