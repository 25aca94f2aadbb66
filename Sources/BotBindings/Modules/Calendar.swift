import LuaRuntime
import PackHost

/// `os.time` and `os.date` of a clock that has a calendar of its own: in specs "now" is where the clock was moved to.
enum Calendar {
    static func install(_ state: LuaState, _ clock: any ScriptClock) throws(LuaError) {
        guard clock.calendar != nil else { return }
        try state.load(text, name: "moontide/calendar.lua")
        let chunk = state.reference(at: -1)
        state.pop()
        state.pushFunction("os.time") { state in
            state.push(Int64((clock.calendar ?? 0).rounded(.down)))
            return .values(1)
        }
        let now = state.reference(at: -1)
        state.pop()
        try state.call(
            "calendar",
            push: { state throws(LuaError) in
                state.push(chunk)
                state.push(now)
                return 1
            }, read: { _, _ throws(LuaError) in })
    }

    private static let text = """
        local now = ...
        local time, date = os.time, os.date
        function os.time(fields) return fields == nil and now() or time(fields) end
        function os.date(format, moment) return date(format or "%c", moment or now()) end
        """
}
