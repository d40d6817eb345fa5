internal import ArgumentParser
internal import Hummingbird
@main struct Dashd: ParsableCommand {}
