import BotBindings
import FluxerCache
import FluxerREST
import LuaRuntime
import PackHost

extension BotConfiguration {
    /// What PATH on the command line names: a `.lua` file, a pack's folder, or a project's.
    ///
    /// The token is not read here: see ``tokenPlace``.
    ///
    /// - Throws: `PackError` where there is nothing to run, or `moontide.lua` is wrong.
    public init(path: String) async throws(PackError) {
        guard Project.isProject(path) else {
            let site = try PackSite(own: path)
            // Read here as well, so that a wrong manifest is told at once where it is the only one.
            var pack = await PackConfiguration(site)
            pack.isEntry = true
            self.init(api: BotConfiguration.hostedAPI, token: "", packs: [pack])
            return
        }
        let project = try await Project.read(path)
        var packs: [PackConfiguration] = []
        for site in [project.entry].compactMap({ $0 }) + project.packs { packs.append(await PackConfiguration(site)) }
        for site in project.packs where site.grant != .trusted {
            // What cannot be granted is the operator's own mistake: nothing starts. Other mistakes stop that pack alone.
            do throws(PackError) { _ = try await site.resolve() } catch {
                if error.code == .invalid, error.detail.hasPrefix("moontide.lua") { throw error }
            }
        }
        self.init(api: project.api ?? BotConfiguration.hostedAPI, token: "", packs: packs)
        projectFile = project.root + "/" + Project.fileName
        tokenPlace = project.token
        hiddenVariables = project.hiddenVariables
        secretFiles = project.secretFiles
        data = project.data
        logLevel = project.logLevel.flatMap(LogLevel.init) ?? .debug
        ignoredEvents = project.ignoredEvents
        if let messages = project.cachedMessages { cache.messages = messages }
        if project.members == .own { cache.members = 0 }
        switch project.globalLimit {
        case .learnt: break
        case .none: restLimits.global = nil
        case .calls(let calls): restLimits.global = calls
        }
        warnings = project.warnings
        if project.bot != .nil {
            do throws(LuaError) { options = try await BotOptions.read(project.bot, named: "bot in moontide.lua") } catch
            {
                throw PackError(.invalid, pack: "project", error.message, cause: error)
            }
        }
    }

    /// Whether any pack is confined, or may become so.
    public var hasConfinedPacks: Bool { packs.contains(where: \.isConfined) }

    /// A token without what may stand before it.
    static func bare(_ token: String) -> String { token.hasPrefix("Bot ") ? String(token.dropFirst(4)) : token }
}
