import DashModel

struct TeamRules: ResourceRules {
    let resource = Resources.teams

    func committed(_ action: ResourceAction, of row: ResourceRow, _ service: ResourceService) async {
        service.tokens.forget()
        service.links?.forgetAll()
    }
}
