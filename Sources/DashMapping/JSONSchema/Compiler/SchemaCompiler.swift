import DashJSON
import DashModel

/// Turns a schema and all that it refers to into a `CompiledSchema`.
struct SchemaCompiler {
    let options: JSONSchemaOptions
    var index: SchemaIndex
    var nodes: [CompiledSchema.Node] = []
    var locations: [String] = []
    var instructions: [SchemaInstruction] = []
    var text: [UInt8] = []
    var keys: [CompiledSchema.Key] = []
    var slots: [Int32] = []
    var members: [CompiledSchema.Members] = []
    var patternMembers: [CompiledSchema.PatternMember] = []
    var lists: [Int32] = []
    var numbers: [SchemaNumber] = []
    var patterns: [SchemaPattern] = []
    var patternsByText: [String: Int] = [:]
    var constants: [JSONValue] = []
    var anchorNames: [String] = []
    private var nodesByPlace: [Int: Int] = [:]
    private var pending: [Int] = []

    init(_ options: JSONSchemaOptions) {
        self.options = options
        index = SchemaIndex(options.documents)
    }

    mutating func compile(_ schema: JSONValue) throws(JSONSchemaErrors) -> CompiledSchema {
        let root = node(of: index.add(schema, at: SchemaAddress.unnamed))
        // What nothing refers to is read all the same, so that its faults are known.
        for place in index.places.indices { _ = node(of: place) }
        var compiled = 0
        repeat {
            while compiled < pending.count {
                compilePlace(pending[compiled])
                compiled += 1
            }
            // A dynamic reference may be led to any anchor of its name.
            for resource in index.resources {
                for name in anchorNames { _ = resource.dynamicAnchors[name].map { node(of: $0) } }
            }
        } while compiled < pending.count && index.issues.count < SchemaIndex.maxIssues
        guard index.issues.isEmpty else { throw JSONSchemaErrors(issues: index.issues) }
        let document = try constantsDocument()
        let places = document.root?.elements.map { Int32($0.node) } ?? []
        return CompiledSchema(
            nodes: nodes,
            instructions: instructions,
            text: text + Array(repeating: 0, count: 16),
            keys: keys,
            slots: slots,
            members: members,
            patternMembers: patternMembers,
            lists: lists,
            numbers: numbers,
            patterns: patterns,
            choices: places,
            constants: document,
            dynamicAnchors: dynamicAnchors(),
            resourceCount: index.resources.count,
            locations: locations,
            root: root
        )
    }

    private func constantsDocument() throws(JSONSchemaErrors) -> JSONDocument {
        let limits = JSONLimits(maxBytes: 1 << 26, maxDepth: 2_000, maxExponent: .max, allowsNullCharacter: true)
        do {
            return try JSONDocument(parsing: JSONValue.array(constants).encoded(), limits: limits)
        } catch {
            let message = "a value of const or enum can't be used: \(error.reason)"
            throw JSONSchemaErrors(issues: [DashError.Issue(pointer: "", message: message)])
        }
    }

    private func dynamicAnchors() -> [Int32] {
        anchorNames.flatMap { name in
            index.resources.map { resource in
                Int32(resource.dynamicAnchors[name].flatMap { nodesByPlace[$0] } ?? -1)
            }
        }
    }

    /// The number of the schema at a place; it is compiled later.
    mutating func node(of place: Int) -> Int {
        if let known = nodesByPlace[place] { return known }
        let number = nodes.count
        nodesByPlace[place] = number
        nodes.append(CompiledSchema.Node())
        let found = index.places[place]
        let address = index.resources[found.resource].address.base
        locations.append((address == SchemaAddress.unnamed ? "#" : "\(address)#") + found.pointer)
        pending.append(place)
        return number
    }

    /// The number of a schema that stands inside the one at `place`.
    mutating func child(_ tail: String, of place: Int) -> Int? {
        var key = index.places[place].key
        key.pointer += "/\(tail)"
        return index.place(at: key).map { node(of: $0) }
    }

    private mutating func compilePlace(_ place: Int) {
        guard let number = nodesByPlace[place] else { return }
        let found = index.places[place]
        var code: [SchemaInstruction] = []
        var tracks = false
        switch found.value {
        case .bool(false): code = [SchemaInstruction(.never)]
        case .object(let object):
            let dialect = index.resources[found.resource].dialect
            var reader = SchemaReader(object: object, place: place, key: found.key, dialect: dialect)
            code = read(&reader)
            tracks = code.contains { $0.kind == .unevaluatedItems || $0.kind == .unevaluatedProperties }
        default: break
        }
        nodes[number] = CompiledSchema.Node(
            start: Int32(instructions.count),
            end: Int32(instructions.count + code.count),
            resource: Int32(found.resource),
            tracks: tracks
        )
        instructions += code
    }

    mutating func add(key: String) -> CompiledSchema.Key {
        let plain = Array(key.utf8)
        let start = text.count
        text += plain
        return CompiledSchema.Key(
            hash: plain.withUnsafeBufferPointer { JSONKeyHash.hash($0) },
            start: Int32(start),
            length: Int32(plain.count)
        )
    }
}
