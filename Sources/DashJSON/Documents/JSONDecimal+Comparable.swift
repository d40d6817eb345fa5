extension JSONDecimal: Hashable, Comparable {
    package static func < (left: JSONDecimal, right: JSONDecimal) -> Bool { compare(left, right) < 0 }
    package static func == (left: JSONDecimal, right: JSONDecimal) -> Bool { compare(left, right) == 0 }

    package func hash(into hasher: inout Hasher) {
        // Zero has a sign that is no part of its value.
        hasher.combine(isNegative && !isZero)
        hasher.combine(digits)
        hasher.combine(exponent)
    }
}
