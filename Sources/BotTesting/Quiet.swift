import BotCore
import FluxerSandbox
import LuaRuntime

extension Bot {
    /// Whether nothing goes on and nothing is on its way: what the sandbox has sent is in the bot's mailboxes, no call is
    /// open, and no state has anything to run. Looked at twice, so that nothing can have wandered from one to the other.
    ///
    /// - Parameter work: the count of the bot's clock; without one this is never known.
    public func isQuiet(on sandbox: Sandbox, _ work: WorkCount?) -> Bool {
        guard let before = work?.standing, before.open == 0 else { return false }
        let got = standing
        guard got.isConnected, sandbox.gatewayStanding.attached == [got.sequence] else { return false }
        guard let after = work?.standing else { return false }
        return after.open == 0 && after.begun == before.begun
    }
}
