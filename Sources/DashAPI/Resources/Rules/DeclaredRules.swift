import DashModel

/// The rules of a resource whose declaration says all.
struct DeclaredRules: ResourceRules {
    let resource: Resource
}
