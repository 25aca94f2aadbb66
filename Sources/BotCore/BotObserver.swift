import BotBindings
import LuaRuntime
import PackHost

/// An error that nobody handled, as the operator sees it.
public struct ErrorCard: Sendable {
    /// What the user was told.
    public let reference: String
    public let pack: String
    public let generation: Int
    /// What was running: `!ping`, `on_message`.
    public let label: String
    public let message: String
    public let file: String?
    public let line: Int?
    /// Lines around the one that raised.
    public let source: [(line: Int, text: String)]
    public let traceback: String?
    /// The message that called, for commands.
    public let calledWith: String?
}

/// Who is told what the bot does: the terminal, the chat page.
public protocol BotObserver: Sendable {
    func loaded(_ report: PackReport)
    /// A pack that did not load; `isServing` says whether an older version still answers.
    func failed(_ error: PackError, source: [(line: Int, text: String)], isServing: Bool)
    func raised(_ card: ErrorCard)
    func log(_ level: LogLevel, pack: String, _ line: String)
    /// A line about the connection.
    func connection(_ line: String, isProblem: Bool)
    /// A pack was slowed down, suspended, or had to be started anew.
    func notice(_ notice: PackNotice)
}

extension BotObserver {
    public func notice(_ notice: PackNotice) { connection(notice.text, isProblem: true) }
}
