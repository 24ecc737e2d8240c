import ArgumentParser
import Foundation
import Testing

@testable import ergon

@Suite struct RootTests {
  @Test("the version names the release and the processor's architecture")
  func version() async throws {
    let result = try await ErgonProcess().run("--version")
    #expect(result.exitCode == 0)
    #expect(result.output.hasPrefix("ergon \(Version.number) ("))
    #expect(result.output.contains(Version.architecture))
  }

  @Test("every command's help shows an example", arguments: commands())
  func examples(command: [String]) async throws {
    let result = try await ErgonProcess().run(command + ["--help"])
    #expect(result.exitCode == 0)
    #expect(result.output.contains("EXAMPLE:\n  $ ergon"), "\(command)")
  }

  @Test(
    "a wrong command line is 64 and says so on standard error alone",
    arguments: [["sorces"], ["sources", "--bogus"], ["sources", "extra"], ["-q", "-v"]])
  func usage(arguments: [String]) async throws {
    let result = try await ErgonProcess().run(arguments)
    #expect(result.exitCode == 64)
    #expect(result.output.isEmpty)
    #expect(result.error.hasPrefix("ergon: "))
  }

  @Test("completions are generated for three shells", arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) async throws {
    let result = try await ErgonProcess().run("--generate-completion-script", shell)
    #expect(result.exitCode == 0)
    #expect(result.output.contains("sources"))
  }

  @Test("a reader that leaves early is no error")
  func brokenPipe() async throws {
    let ergon = try ErgonProcess()
    let shell = try Running(
      executable: "/bin/sh",
      arguments: ["-c", "{ '\(ErgonProcess.binary)' config show; echo $? >&2; } | true"],
      environment: ["HOME": ergon.home.path, "PATH": "/usr/bin:/bin"], input: "",
      folder: ergon.home.path)
    let result = try await shell.finish()
    #expect(result.error.trimmingCharacters(in: .newlines) == "0")
  }

  /// Every command line that has a help page, read from the root itself.
  private static func commands() -> [[String]] {
    func below(_ type: any ParsableCommand.Type, _ path: [String]) -> [[String]] {
      let configuration = type.configuration
      return configuration.subcommands.flatMap { child -> [[String]] in
        let name = path + [child.configuration.commandName ?? ""]
        return [name] + below(child, name)
      }
    }
    return [[]] + below(Ergon.self, [])
  }
}
