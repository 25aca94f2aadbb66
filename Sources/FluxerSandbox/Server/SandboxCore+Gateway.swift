/// What sockets tell the core.
extension SandboxCore {
    /// Counts one accepted connection and says whether a fault refuses it.
    func mustRefuseConnection() -> Bool {
        withState { state in
            guard state.faults.refusesConnections || state.faults.refusals > 0 else { return false }
            if state.faults.refusals > 0 { state.faults.refusals -= 1 }
            state.counters.refusedConnections += 1
            return true
        }
    }

    func connectionOpened(_ link: GatewayLink, version: String?) -> GatewayHub.ConnectionID {
        let now = clocks.gateway()
        return withState { state in
            state.lastConnection += 1
            let id = state.lastConnection
            state.counters.gatewayConnections += 1
            state.links[id] = link
            perform(state.hub.opened(id, version: version, at: now), &state)
            return id
        }
    }

    func connectionClosed(_ id: GatewayHub.ConnectionID) {
        let now = clocks.gateway()
        withState { state in
            perform(state.hub.closed(id, at: now), &state)
            state.links[id] = nil
        }
    }

    func received(_ bytes: [UInt8], on id: GatewayHub.ConnectionID) {
        let now = clocks.gateway()
        withState { state in
            let world = state.world
            let actions = state.hub.received(
                bytes, on: id, at: now, startup: { world.startup() }, members: { world.members(for: $0) })
            perform(actions, &state)
        }
    }

    /// Looks at everything that waits for time: heartbeats, resume windows, presence.
    func timePassed() {
        let now = clocks.gateway()
        withState { state in
            perform(state.hub.timePassed(at: now), &state)
        }
    }

    /// Ends all gateway sockets and page streams, because the server ends.
    func closeEverything() {
        let pages = withState { state in
            perform(state.hub.closeAll(.goingAway), &state)
            defer { state.pages = [:] }
            return Array(state.pages.values)
        }
        for page in pages { page.finish() }
    }
}
