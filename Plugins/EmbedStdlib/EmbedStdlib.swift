import PackagePlugin
@main struct EmbedStdlib: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] { [] }
}
