import DashJSON

/// A definition in the form that the run loops read: flat arrays, texts joined in one buffer.
final class CompiledMapping: Sendable {
    /// How records are made.
    enum Mode: Sendable {
        /// As they came; rules look at the source.
        case asIs
        /// Field by field straight from the tape into the output.
        case flat
        /// Through a `RecordTree`, for what can't be done in one pass.
        case tree
    }

    /// A key of a path: as plain text to compare with, and escaped to write.
    struct Key: Sendable {
        var hash: UInt32
        var plainStart: Int
        var plainLength: Int
        var escapedStart: Int
        var escapedLength: Int
    }

    /// A step of a singular path; `key` -1: the element at `position`.
    struct Step: Sendable {
        var key: Int
        var position: Int
    }

    /// One instruction of the flat mode.
    struct Instruction: Sendable {
        enum Kind: UInt8, Sendable { case open, close, field }

        var kind: Kind
        /// `"key":` with the brace of an object that is opened.
        var prefixStart = 0
        var prefixLength = 0
        var field = -1
    }

    /// A field mapping; holds numbers only, so that the loops copy it without counting references.
    struct Field: Sendable {
        /// Index of the target's text among the names.
        var name: Int
        var target: Range<Int>
        /// Whether the target is a single key that no field before it has, so that it can be added without a search.
        var isFresh: Bool
        /// Steps of a singular path.
        var steps: Range<Int>
        /// A path that can find several values, -1 for none.
        var path: Int
        var hasSource: Bool
        var type: FieldType
        /// Index among the formats, -1 for none.
        var format: Int
        /// Tape index of the default among the constants, -1 for none.
        var defaultNode: Int
        var isRequired: Bool
        var rules: Range<Int>
    }

    /// A rule, in numbers only.
    struct CheckedRule: Sendable {
        enum Demand: UInt8, Sendable { case type, required, oneOf, range, regex, unique, expression }

        var demand: Demand
        /// Index of the field's text among the names, -1 for none.
        var name: Int
        var keys: Range<Int>
        var steps: Range<Int>
        /// Index among the conditions.
        var condition = -1
        var type: RuleType = .string
        /// Index among the choices.
        var choices = -1
        /// Index among the patterns, or among the windows of remembered keys.
        var index = -1
        var min = -Double.infinity
        var max = Double.infinity
    }

    /// The values that an `enum` rule allows.
    struct Choices: Sendable {
        var values: [JSONValue]
        var encoded: [[UInt8]]
    }

    /// What a `cel` rule demands.
    struct Condition: Sendable {
        var expression: CELProgram
        var message: String
    }

    enum Change: Sendable {
        case rename(from: Range<Int>, to: Range<Int>, name: Int)
        case drop([Range<Int>])
        case keep([Range<Int>])
        case flatten(Range<Int>?, separator: [UInt8])
        case explode(Range<Int>, merge: Bool, name: Int)
        case cast(Range<Int>, FieldType, format: Int, name: Int)
        case constant(Range<Int>, node: Int, name: Int)
        case step(MappingStep, name: Int)
        case deduplicate([Range<Int>], window: Int)
        case compute(Range<Int>, expression: Int, name: Int)
        case filter(expression: Int)
    }

    let mode: Mode
    /// Keys and prefixes, with room behind them to read beyond a short piece.
    let text: [UInt8]
    let keys: [Key]
    let steps: [Step]
    let instructions: [Instruction]
    let fields: [Field]
    let patterns: [SchemaPattern]
    let remembered: [RememberedKeys]
    let paths: [JSONPath]
    let formats: [TimestampFormat]
    let names: [String]
    let choices: [Choices]
    let conditions: [Condition]
    let expressions: [CELProgram]
    let rules: [CheckedRule]
    let changes: [Change]
    /// Defaults and constants: an array of all of them.
    let constants: JSONDocument

    init(
        mode: Mode,
        text: [UInt8],
        keys: [Key],
        steps: [Step],
        instructions: [Instruction],
        fields: [Field],
        patterns: [SchemaPattern],
        remembered: [RememberedKeys],
        paths: [JSONPath],
        formats: [TimestampFormat],
        names: [String],
        choices: [Choices],
        conditions: [Condition],
        expressions: [CELProgram],
        rules: [CheckedRule],
        changes: [Change],
        constants: JSONDocument
    ) {
        self.mode = mode
        self.text = text
        self.keys = keys
        self.steps = steps
        self.instructions = instructions
        self.fields = fields
        self.patterns = patterns
        self.remembered = remembered
        self.paths = paths
        self.formats = formats
        self.names = names
        self.choices = choices
        self.conditions = conditions
        self.expressions = expressions
        self.rules = rules
        self.changes = changes
        self.constants = constants
    }
}
