import BotBindings
import LuaRuntime
import PackHost

/// Loading, reloading and watching the packs, each on its own.
extension Bot {
    /// Whether the bot may connect: its entry is loaded, or, where it has none, any pack.
    var mayServe: Bool {
        let all = packs.all
        let needed = all.filter(\.isEntry)
        return (needed.isEmpty ? all : needed).contains(where: \.isServing)
    }

    var notLoaded: BotFailure {
        let needed = configuration.packs.first { $0.isEntry } ?? configuration.packs.first
        let what = needed.map { "\($0.source.entry) could not be loaded" } ?? "there is no pack"
        return BotFailure(.loadFailed, "\(what), and nothing watches for a save")
    }

    /// Takes over the files of all packs as they are now, in load order; false where one did not load. Such a pack goes on
    /// in its old version.
    @discardableResult
    public func reload() async -> Bool {
        configuration.clock.work?.begin()
        defer { configuration.clock.work?.end() }
        var isGood = true
        for pack in packs.all where await !load(pack) { isGood = false }
        if mayServe { firstLoaded() }
        return isGood
    }

    /// Takes over the files of one pack; false where there is no such pack, or it did not load.
    @discardableResult
    public func reload(_ name: String) async -> Bool {
        configuration.clock.work?.begin()
        defer { configuration.clock.work?.end() }
        guard let pack = packs[name] else { return false }
        let isGood = await load(pack)
        if mayServe { firstLoaded() }
        return isGood
    }

    /// Takes over the files of the packs that have changed on disk, and loads those that do not serve or are suspended, in
    /// load order; false where one did not load.
    @discardableResult
    public func reloadChanged() async -> Bool {
        configuration.clock.work?.begin()
        defer { configuration.clock.work?.end() }
        var isGood = true
        for pack in packs.all where pack.hasChanged || !pack.isServing || pack.pack.isSuspended {
            if await !load(pack) { isGood = false }
        }
        if mayServe { firstLoaded() }
        return isGood
    }

    /// Whoever calls it counts as work, but for the time it waits for scripts.
    @discardableResult
    func load(_ pack: RunningPack) async -> Bool {
        if isStopping { return false }
        let isFirst = !pack.isServing
        do throws(PackError) {
            observer.loaded(try await pack.load(beside: packs))
            warnAboutIgnored(pack)
            // Those that could not be loaded without it.
            if isFirst {
                for other in packs.all
                where !other.isServing && other.wasTried && other.configuration.dependencies.contains(pack.name) {
                    await load(other)
                }
            }
            return true
        } catch {
            // Not the script's fault.
            if isStopping { return false }
            var source: [(line: Int, text: String)] = []
            if let file = error.cause?.file, let line = error.cause?.line {
                source = pack.configuration.source.excerpt(file, line: line)
            }
            observer.failed(error, source: source, isServing: pack.isServing)
            return false
        }
    }

    /// Says that a pack listens to what is not asked for.
    private func warnAboutIgnored(_ pack: RunningPack) {
        for name in configuration.ignoredEvents where pack.hears(name.lowercased()) {
            observer.log(
                .warning, pack: pack.name,
                "it listens to \(name), which ignored_events in moontide.lua keeps away: take it out there")
        }
    }

    func watch(_ pack: RunningPack, _ timing: WatchTiming, _ loaded: @escaping @Sendable () -> Void) async {
        let watcher = Watcher(timing: timing, clock: ContinuousClock())
        watcher.watch(pack.watchedFiles)
        await watcher.run { _ in
            self.configuration.clock.work?.begin()
            if await self.load(pack) { loaded() }
            self.configuration.clock.work?.end()
            watcher.watch(pack.watchedFiles)
        }
    }

    /// The settings of a project hold from its start on; a change of them is only told.
    func watchProject(_ file: String, _ timing: WatchTiming) async {
        let watcher = Watcher(timing: timing, clock: ContinuousClock())
        watcher.watch(paths: [file])
        await watcher.run { _ in
            self.observer.connection("moontide.lua changed: start the bot anew to take it over", isProblem: true)
        }
    }
}
