import DashMapping
import FoundationEssentials
import Synchronization

/// What this node's pipelines remember between batches, kept when a pipeline's rows change but not its steps.
final class MappingMemories: Sendable {
    private let known = Mutex<[UUID: MappingMemory]>([:])

    /// The memory for a pipeline's program; nil when it remembers nothing.
    func memory(for program: MappingProgram, of pipeline: UUID) -> MappingMemory? {
        known.withLock { known in
            if let memory = known[pipeline], program.accepts(memory) { return memory }
            known[pipeline] = program.makeMemory()
            return known[pipeline]
        }
    }

    func forget(_ pipeline: UUID) { known.withLock { $0[pipeline] = nil } }
}
