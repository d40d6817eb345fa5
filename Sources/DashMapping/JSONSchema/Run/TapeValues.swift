import DashJSON

/// When values on tapes mean the same: by the numbers' exact values, and whatever the order of keys.
struct TapeValues {
    let left: TapeBase
    let right: TapeBase

    /// Objects with more members are compared through a dictionary.
    private static let fewMembers = 16

    func equal(_ leftIndex: Int, _ rightIndex: Int) -> Bool {
        let leftNode = left.nodes[leftIndex]
        let rightNode = right.nodes[rightIndex]
        guard leftNode.kind == rightNode.kind else { return false }
        switch leftNode.kind {
        case .null: return true
        case .bool: return leftNode.length == rightNode.length
        case .number: return equalNumbers(leftNode, rightNode)
        case .string: return equalTexts(leftNode, rightNode)
        case .array:
            var leftElement = leftIndex + 1
            var rightElement = rightIndex + 1
            while leftElement < Int(leftNode.next), rightElement < Int(rightNode.next) {
                guard equal(leftElement, rightElement) else { return false }
                leftElement = Int(left.nodes[leftElement].next)
                rightElement = Int(right.nodes[rightElement].next)
            }
            return leftElement == Int(leftNode.next) && rightElement == Int(rightNode.next)
        case .object: return equalObjects(leftIndex, rightIndex)
        }
    }

    private func bytes(_ node: JSONNode, _ tape: TapeBase) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: tape.bytes + Int(node.start), count: Int(node.length))
    }

    private func equalNumbers(_ leftNode: JSONNode, _ rightNode: JSONNode) -> Bool {
        let leftText = bytes(leftNode, left)
        let rightText = bytes(rightNode, right)
        if leftText.count == rightText.count, leftText.elementsEqual(rightText) { return true }
        return JSONDecimal.compare(JSONDecimal(leftText), JSONDecimal(rightText)) == 0
    }

    private func equalTexts(_ leftNode: JSONNode, _ rightNode: JSONNode) -> Bool {
        if !leftNode.flags.contains(.escaped), !rightNode.flags.contains(.escaped) {
            guard leftNode.length == rightNode.length else { return false }
            return bytes(leftNode, left).elementsEqual(bytes(rightNode, right))
        }
        return JSONUnescaping.withText(of: leftNode, in: left.bytes) { leftText in
            JSONUnescaping.withText(of: rightNode, in: right.bytes) { leftText.elementsEqual($0) }
        }
    }

    private func equalObjects(_ leftIndex: Int, _ rightIndex: Int) -> Bool {
        let leftKeys = Self.keys(left, leftIndex)
        let rightKeys = Self.keys(right, rightIndex)
        guard leftKeys.count == rightKeys.count else { return false }
        guard leftKeys.count > Self.fewMembers else {
            return leftKeys.allSatisfy { leftKey in
                rightKeys.contains { rightKey in
                    left.nodes[leftKey].next == right.nodes[rightKey].next
                        && equalTexts(left.nodes[leftKey], right.nodes[rightKey])
                        && equal(leftKey + 1, rightKey + 1)
                }
            }
        }
        let byKey = Dictionary(rightKeys.map { (Self.text(right, $0), $0) }, uniquingKeysWith: { $1 })
        return leftKeys.allSatisfy { leftKey in
            byKey[Self.text(left, leftKey)].map { equal(leftKey + 1, $0 + 1) } ?? false
        }
    }

    private static func text(_ tape: TapeBase, _ index: Int) -> [UInt8] {
        JSONUnescaping.withText(of: tape.nodes[index], in: tape.bytes) { Array($0) }
    }

    private static func keys(_ tape: TapeBase, _ object: Int) -> [Int] {
        var keys: [Int] = []
        var index = object + 1
        while index < Int(tape.nodes[object].next) {
            if !tape.nodes[index].flags.contains(.overridden) { keys.append(index) }
            index = Int(tape.nodes[index + 1].next)
        }
        return keys
    }

    /// Equal values have equal hashes; seeded by the process, so that nobody can choose values that collide.
    func hash(_ index: Int) -> Int {
        let node = left.nodes[index]
        var hasher = Hasher()
        hasher.combine(node.kind)
        switch node.kind {
        case .null: break
        case .bool: hasher.combine(node.length)
        case .number:
            let number = JSONDecimal(bytes(node, left))
            if !number.isZero { hasher.combine(number.isNegative) }
            hasher.combine(number.exponent)
            hasher.combine(number.digits)
        case .string:
            JSONUnescaping.withText(of: node, in: left.bytes) { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        case .array:
            var element = index + 1
            while element < Int(node.next) {
                hasher.combine(hash(element))
                element = Int(left.nodes[element].next)
            }
        case .object:
            var sum = 0
            for key in Self.keys(left, index) {
                var member = Hasher()
                member.combine(Self.text(left, key))
                member.combine(hash(key + 1))
                sum &+= member.finalize()
            }
            hasher.combine(sum)
        }
        return hasher.finalize()
    }
}
