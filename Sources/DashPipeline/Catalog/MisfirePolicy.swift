/// What happens to due times that passed while none could run: the newest runs, none does, or all do.
enum MisfirePolicy: String, Sendable {
    case latest, skip, all
}
