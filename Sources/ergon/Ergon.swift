import ArgumentParser
import Configuration
import Logging

@main struct Ergon: ParsableCommand { func run() { print("x") } }
