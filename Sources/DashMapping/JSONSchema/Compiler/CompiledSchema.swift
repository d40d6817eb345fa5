import DashJSON

/// A schema in the form that runs read: flat arrays, texts joined in one buffer.
final class CompiledSchema: Sendable {
    /// One schema: its instructions.
    struct Node: Sendable {
        var start: Int32 = 0
        var end: Int32 = 0
        /// The resource that it belongs to, for the dynamic scope.
        var resource: Int32 = 0
        /// Whether it asks which members or elements the schemas beside and below it have looked at.
        var tracks = false
    }

    /// Some text of the buffer, with the hash that an equal key carries on a tape.
    struct Key: Sendable {
        var hash: UInt32
        var start: Int32
        var length: Int32
        /// The schema of the member; -1 for none.
        var schema: Int32 = -1
        var isRequired = false
    }

    /// What is demanded of an object's members: `properties`, `patternProperties`, `additionalProperties` and `required`.
    struct Members: Sendable {
        /// Keys of this table.
        var keys: Range<Int32>
        /// Where its slots begin; their number is a power of two. A slot has a key's index, or -1.
        var slots: Int32
        var mask: Int32
        var required: Int32
        /// Pairs of pattern and schema.
        var patterns: Range<Int32>
        /// The schema of all other members; -1 for none.
        var additional: Int32
    }

    struct PatternMember: Sendable {
        var pattern: Int32
        var schema: Int32
    }

    let nodes: [Node]
    let instructions: [SchemaInstruction]
    /// Keys and texts, with room behind them to read beyond a short piece.
    let text: [UInt8]
    let keys: [Key]
    let slots: [Int32]
    let members: [Members]
    let patternMembers: [PatternMember]
    /// Schemas of `prefixItems`, `allOf` and the like.
    let lists: [Int32]
    let numbers: [SchemaNumber]
    let patterns: [SchemaPattern]
    /// Tape indices of `const` and `enum` values.
    let choices: [Int32]
    /// `const` and `enum` values: an array of all of them.
    let constants: JSONDocument
    /// For each anchor name a row of schemas by resource, -1 where it has no such anchor.
    let dynamicAnchors: [Int32]
    let resourceCount: Int
    /// Addresses of the schemas, for messages.
    let locations: [String]
    let root: Int

    init(
        nodes: [Node],
        instructions: [SchemaInstruction],
        text: [UInt8],
        keys: [Key],
        slots: [Int32],
        members: [Members],
        patternMembers: [PatternMember],
        lists: [Int32],
        numbers: [SchemaNumber],
        patterns: [SchemaPattern],
        choices: [Int32],
        constants: JSONDocument,
        dynamicAnchors: [Int32],
        resourceCount: Int,
        locations: [String],
        root: Int
    ) {
        self.nodes = nodes
        self.instructions = instructions
        self.text = text
        self.keys = keys
        self.slots = slots
        self.members = members
        self.patternMembers = patternMembers
        self.lists = lists
        self.numbers = numbers
        self.patterns = patterns
        self.choices = choices
        self.constants = constants
        self.dynamicAnchors = dynamicAnchors
        self.resourceCount = resourceCount
        self.locations = locations
        self.root = root
    }
}
