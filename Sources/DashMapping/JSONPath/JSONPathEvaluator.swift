import DashJSON

/// Walks a document's tape by a query.
struct JSONPathEvaluator {
    let document: JSONDocument
    let root: Int
    /// Values that may still be looked at; below 0 the result is not to be used.
    var visitsLeft: Int
    /// Whether what stands in brackets, but for a name, takes an object with texts of its own for a list of one.
    var takesLonelyElements = false

    mutating func evaluate(_ query: JSONPathQuery, from start: Int) -> [Int] {
        var current = [start]
        for segment in query.segments {
            var found: [Int] = []
            for node in current {
                if segment.isDescendant {
                    descend(segment, from: node, &found)
                } else {
                    for selector in segment.selectors { select(selector, from: node, &found) }
                }
                guard visitsLeft >= 0 else { return [] }
            }
            current = found
            if current.isEmpty { break }
        }
        return current
    }

    /// The value and all in it lie on the tape in the order in which the standard visits them.
    private mutating func descend(_ segment: JSONPathQuery.Segment, from node: Int, _ found: inout [Int]) {
        var index = node
        let end = Int(document.nodes[node].next)
        while index < end, visitsLeft >= 0 {
            let current = document.nodes[index]
            visitsLeft -= 1
            if current.flags.contains(.key) {
                index = current.flags.contains(.overridden) ? Int(document.nodes[index + 1].next) : index + 1
                continue
            }
            if current.kind == .object || current.kind == .array {
                for selector in segment.selectors { select(selector, from: index, &found) }
            }
            index += 1
        }
    }

    private mutating func select(_ selector: JSONPathQuery.Selector, from node: Int, _ found: inout [Int]) {
        switch selector {
        case .name(let name):
            visitsLeft -= 1
            if let member = document.member(name, of: node) { found.append(member) }
        case .elements where isLonely(node): found.append(node)
        case .index(let position) where isLonely(node):
            if position == 0 || position == -1 { found.append(node) }
        case .slice(let start, let end, let step) where isLonely(node):
            if step > 0, start ?? 0 <= 0, end ?? 1 >= 1 { found.append(node) }
        case .filter(let logic) where isLonely(node):
            visitsLeft -= 1
            if holds(logic, at: node) { found.append(node) }
        case .index(let position):
            if let element = element(position, of: node) { found.append(element) }
        case .wildcard, .elements:
            forEachChild(of: node) { _, child in found.append(child) }
        case .slice(let start, let end, let step):
            slice(node, start, end, step, &found)
        case .filter(let logic):
            forEachChild(of: node) { evaluator, child in
                if evaluator.holds(logic, at: child) { found.append(child) }
            }
        }
    }

    private func isLonely(_ node: Int) -> Bool {
        guard takesLonelyElements else { return false }
        switch document.nodes[node].kind {
        case .string: return true
        case .object:
            var index = node + 1
            let end = Int(document.nodes[node].next)
            while index < end {
                if document.nodes[index + 1].kind == .string { return true }
                index = Int(document.nodes[index + 1].next)
            }
            return false
        default: return false
        }
    }

    mutating func forEachChild(of node: Int, _ body: (inout JSONPathEvaluator, Int) -> Void) {
        let container = document.nodes[node]
        var index = node + 1
        let end = Int(container.next)
        switch container.kind {
        case .array:
            while index < end, visitsLeft >= 0 {
                visitsLeft -= 1
                body(&self, index)
                index = Int(document.nodes[index].next)
            }
        case .object:
            while index < end, visitsLeft >= 0 {
                visitsLeft -= 1
                if !document.nodes[index].flags.contains(.overridden) { body(&self, index + 1) }
                index = Int(document.nodes[index + 1].next)
            }
        case .null, .bool, .number, .string: break
        }
    }

    private mutating func element(_ position: Int, of node: Int) -> Int? {
        guard document.nodes[node].kind == .array else { return nil }
        if position >= 0 {
            visitsLeft -= 1
            return document.element(position, of: node)
        }
        let elements = children(of: node)
        return elements.count + position >= 0 ? elements[elements.count + position] : nil
    }

    mutating func children(of node: Int) -> [Int] {
        var all: [Int] = []
        forEachChild(of: node) { _, child in all.append(child) }
        return all
    }

    /// RFC 9535, 2.3.4.2.2.
    private mutating func slice(_ node: Int, _ start: Int?, _ end: Int?, _ step: Int, _ found: inout [Int]) {
        guard document.nodes[node].kind == .array, step != 0 else { return }
        let elements = children(of: node)
        let count = elements.count
        func normal(_ position: Int) -> Int { position >= 0 ? position : count + position }
        let first = normal(start ?? (step > 0 ? 0 : count - 1))
        let last = end.map(normal) ?? (step > 0 ? count : -1)
        if step > 0 {
            let lower = min(max(first, 0), count)
            let upper = min(max(last, 0), count)
            for position in stride(from: lower, to: upper, by: step) { found.append(elements[position]) }
        } else {
            let upper = min(max(first, -1), count - 1)
            let lower = min(max(last, -1), count - 1)
            for position in stride(from: upper, to: lower, by: step) { found.append(elements[position]) }
        }
    }
}
