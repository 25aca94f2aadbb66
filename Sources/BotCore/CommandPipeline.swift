import BotBindings
import CommandKit
import FluxerModel
import LuaRuntime
import PackHost

/// The way of a message that calls a command, on the state's thread:
/// name → enabled → arguments → callback → completion or error. The prefix was read before, for all packs at once.
///
/// Checks, cooldowns, concurrency and hooks have their places between name and callback.
enum CommandPipeline {
    /// Handles a call of this pack's command, of help, or of a name that nobody has.
    ///
    /// - Parameter isPassedOn: it came from another pack and goes no further.
    static func handle(
        _ call: Call, _ message: Message, _ state: LuaState, _ context: BotContext, isPassedOn: Bool = false
    ) {
        if let entry = context.commands[call.name] { return invoke(entry.handler, call, message, state, context) }
        let host = context.host
        // The commands may have changed since the message came.
        if let other = host.registry[call.name], other.pack != context.pack, !isPassedOn {
            return host.pass(call, message, to: other.pack)
        }
        if context.options.hasHelp, isHelp(call.name) { return help(call, message, context) }
        let missing = CommandError.commandNotFound(call.name)
        fail(missing.luaError, stage: "name", invocation(message, call, command: call.name), state, context)
    }

    private static func invocation(
        _ message: Message, _ call: Call, command: String, arguments: [ArgumentValue] = []
    ) -> CommandContext {
        CommandContext(
            message: message, prefix: call.prefix, invokedWith: call.name, command: command, arguments: arguments)
    }

    // MARK: Stages

    private static func invoke(
        _ command: CommandDefinition, _ call: Call, _ message: Message, _ state: LuaState, _ context: BotContext
    ) {
        let name = command.signature.name
        let early = invocation(message, call, command: name)
        guard command.isEnabled else {
            return fail(CommandError.disabledCommand(name).luaError, stage: "enabled", early, state, context)
        }
        let arguments: [ArgumentValue]
        switch parse(command, call) {
        case .failure(let error): return fail(error.luaError, stage: "arguments", early, state, context)
        case .success(let values): arguments = values
        }
        let ctx = invocation(message, call, command: name, arguments: arguments)
        tell(BotEvent("command") { ctx.push(to: $0) }, state, context)
        do throws(LuaError) {
            try state.start(
                call.prefix + name, attachment: ctx,
                push: { state throws(LuaError) in
                    state.push(command.function)
                    var count = ctx.push(to: state)
                    state.ensureStack(Int32(arguments.count) + 4)
                    for value in arguments { count += LuaArgumentValue(value).push(to: state) }
                    return count
                },
                finished: { state, outcome in
                    ctx.end()
                    switch outcome {
                    case .returned:
                        tell(BotEvent("command_completion") { ctx.push(to: $0) }, state, context)
                    case .raised(let error): failed(error, stage: "callback", ctx, state, context)
                    }
                })
        } catch {
            failed(error, stage: "callback", ctx, state, context)
        }
    }

    private static func parse(_ command: CommandDefinition, _ call: Call) -> Result<[ArgumentValue], CommandError> {
        var cursor = call.arguments
        if let quotes = command.quotes, quotes != cursor.quotes {
            cursor = WordCursor(cursor.text, from: cursor.position, quotes: quotes)
        }
        let usage =
            command.usage.map { UsageLine(prefix: call.prefix, command: command.signature.name, parameters: $0) }
            ?? command.signature.usage(prefix: call.prefix)
        var parser = ArgumentParser(command.signature, arguments: cursor, usage: usage, options: command.options)
        switch parser.start() {
        case .done(let values): return .success(values)
        case .failed(let error): return .failure(error)
        case .need:
            // Signatures with converters are refused when the command is defined.
            guard case .failed(let error) = parser.fail() else { return .success([]) }
            return .failure(error)
        }
    }

    /// Tells the owning pack, then the others that may hear of all commands.
    private static func tell(_ event: BotEvent, _ state: LuaState, _ context: BotContext) {
        Events.dispatch(event, state, context)
        context.host.announce(event, from: context.pack, needs: .allCommands)
    }

    // MARK: Errors

    /// What the callback raised: a command's own error goes on as it is, everything else is wrapped.
    private static func failed(
        _ error: LuaError, stage: String, _ ctx: CommandContext, _ state: LuaState, _ context: BotContext
    ) {
        if error.name == LuaError.cancelledName {
            context.host.log(.info, pack: context.pack, "\(ctx.prefix)\(ctx.command) was cancelled: \(error.message)")
            return
        }
        if error.isKind("CommandError") { return fail(error, stage: stage, ctx, state, context) }
        var wrapped = CommandError.invokeError(error, text: error.message, phase: stage).luaError
        wrapped.traceback = error.traceback
        wrapped.file = error.file
        wrapped.line = error.line
        fail(wrapped, stage: stage, ctx, state, context)
    }

    /// `on_command_error` hears it. Without one: a friendly text for mistakes of the user, nothing for unknown names,
    /// else a reference id and an error card.
    private static func fail(
        _ error: LuaError, stage: String, _ ctx: CommandContext, _ state: LuaState, _ context: BotContext
    ) {
        var error = error
        error.fields["stage"] = .string(stage)
        let told = error
        context.host.announce(
            BotEvent("command_error") { state in ctx.push(to: state) + told.push(to: state) }, from: context.pack,
            needs: .allCommands)
        guard context.listeners(of: "command_error").isEmpty else {
            let raised = error
            return Events.dispatch(
                BotEvent("command_error") { state in ctx.push(to: state) + raised.push(to: state) }, state, context)
        }
        if error.isKind("CommandNotFound") { return }
        if case .string(let text)? = error.fields["user_message"] {
            return answer(ctx, text, context)
        }
        let reference = ErrorReference.make()
        error.fields["id"] = .string(reference)
        context.host.report(error, pack: context.generation, during: ctx.prefix + ctx.command, context: ctx)
        answer(ctx, "Something broke. Reference ID: \(reference)", context)
    }

    private static func answer(_ ctx: CommandContext, _ text: String, _ context: BotContext) {
        reply(text, to: ctx.message, context)
    }

    private static func reply(_ text: String, to message: Message, _ context: BotContext) {
        var body = CreateMessage(content: text, allowedMentions: AllowedMentions.none)
        body.replyTo = MessageReference(messageID: message.id, channelID: message.channelID, guildID: message.guildID)
        let pending = context.host.createMessage(body, in: message.channelID)
        let host = context.host, pack = context.pack
        Task.detached {
            do { _ = try await pending.value() } catch {
                host.log(.warning, pack: pack, "an answer could not be sent: \(LuaError(error).message)")
            }
        }
    }

    // MARK: Help

    private static func isHelp(_ name: String) -> Bool { ["help", "commands"].contains(name.lowercased()) }

    private static func help(_ call: Call, _ message: Message, _ context: BotContext) {
        let text = HelpText(prefix: call.prefix, description: context.options.description)
        var cursor = call.arguments
        let wanted = cursor.rest()
        let registry = context.host.registry
        let pages: [String]
        if wanted.isEmpty {
            var all = registry.sorted.map { entry in
                let command = entry.definition
                return HelpCommand(
                    command.signature, help: command.help, brief: command.brief, isHidden: command.isHidden)
            }
            if let own = try? Signature(parsing: "help [...command]") {
                all.append(HelpCommand(own, help: "Shows this message."))
            }
            pages = text.overview(all)
        } else if let command = registry[wanted]?.definition {
            pages = text.page(for: HelpCommand(command.signature, help: command.help, brief: command.brief))
        } else {
            pages = [HelpText.notFound(wanted, suggestion: registry.suggestion(for: wanted))]
        }
        for page in pages { reply(page, to: message, context) }
    }
}

/// Short ids that tie what a user sees to an error card.
enum ErrorReference {
    static func make() -> String {
        let letters = Array("ABCDEFGHJKMNPQRSTVWXYZ23456789")
        return String((0..<6).map { _ in letters[Int.random(in: 0..<letters.count)] })
    }
}
