import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials

struct UploadRules: ResourceRules {
    let resource = Resources.uploads

    var actions: [String: ActionRule] { ["cancel": cancel, "resume": resume] }

    func committed(_ action: ResourceAction, of row: ResourceRow, _ service: ResourceService) async {
        switch action {
        case .delete: await service.uploads?.removeFile(of: row)
        case .custom("resume"): service.uploads?.wake()
        default: break
        }
    }

    /// What is read already stays; the rest of the file is not read.
    private func cancel(_ call: ActionCall) async throws -> ActionEffect {
        let status = call.row.string("status")
        if status == "cancelled" { return .nothing(.row(WrittenResource(row: call.shownRow))) }
        guard Uploads.isOpen(call.row) else {
            throw DashError(.conflict, "This upload is over already: it is \(status ?? "gone").")
        }
        return .save(["status": "cancelled", "finished_at": .string(call.context.now.text)])
    }

    /// Goes on where an upload stood when it failed or was cancelled.
    private func resume(_ call: ActionCall) async throws -> ActionEffect {
        if Uploads.isOpen(call.row) { return .nothing(.row(WrittenResource(row: call.shownRow))) }
        guard call.row.string("status") != "completed" else {
            throw DashError(.conflict, "All of this upload is read already.")
        }
        guard call.row.string("object_key")?.isEmpty == false else {
            throw DashError(.conflict, "The upload's file was deleted when its time was over. Send it again.")
        }
        let job = UploadParameters(upload: call.row.id).job(team: call.context.team)
        return .save(["status": "queued", "finished_at": .null, "error_message": .null], with: [.enqueue(job)])
    }
}
