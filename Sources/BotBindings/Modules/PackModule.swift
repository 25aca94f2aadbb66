import LuaRuntime
import PackHost

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension Modules {
    /// The pack itself: `pack.env`, `pack.read`. Name, version and settings are put beside them.
    static let pack = LuaModule(
        "pack", "The pack itself: its name, what the operator set, its files.",
        [
            .function(
                "env", "A variable of the environment, nil where it is not set; needs the capability env:<NAME>.",
                Param<String>("name", "The variable's name.")
            ) { state, name in
                let role = try BotContext.of(state).role
                guard !role.hiddenVariables.contains(name) else { throw tokenRefused("pack.env", "\(name) holds") }
                guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
                else {
                    throw LuaError(
                        "ValueError", bases: [LuaError.rootName],
                        "pack.env: \"\(name.prefix(60))\" is no name of a variable")
                }
                try state.check(LuaCapability("env:\(name)"), for: "pack.env")
                guard let value = getenv(name).map({ String(cString: $0) }) else {
                    state.pushNil()
                    return .values(1)
                }
                guard !role.holdsSecret(value) else { throw tokenRefused("pack.env", "\(name) holds") }
                state.push(value)
                return .values(1)
            },
            .function(
                "read", "The bytes of a file of the pack, at most 1 MiB; a change of it reloads the pack.",
                Param<String>("file", "Its path below the pack's folder, such as \"words.txt\".")
            ) { state, file in
                let context = try BotContext.of(state)
                let bytes = try context.generation.bytes(of: file, secrets: context.role.secretFiles)
                guard !context.role.holdsSecret(String(decoding: bytes, as: UTF8.self)) else {
                    throw tokenRefused("pack.read", "\"\(file.prefix(200))\" holds")
                }
                bytes.withUnsafeBytes { state.push(bytes: $0) }
                return .values(1)
            },
        ])

    private static func tokenRefused(_ function: String, _ what: String) -> LuaError {
        LuaError(
            "PermissionError", bases: [LuaError.rootName],
            "\(function): \(what) the bot's token, which no script may read")
    }

    /// Files that the pack keeps: `pack.data`.
    static let packData = LuaModule(
        "pack.data", "Files that the pack keeps, in a folder of its own.",
        [
            .function(
                "read", "The bytes of a file; nil where there is none.", needs: .files, waits: true,
                Param<String>("name", "Its name: letters, digits, -, _ and ., folders with /.")
            ) { state, name in
                let folder = try folder(state)
                return .wait(
                    LuaOperation {
                        let bytes = try await folder.read(name)
                        return LuaPushed { state in
                            if let bytes { bytes.withUnsafeBytes { state.push(bytes: $0) } } else { state.pushNil() }
                            return 1
                        }
                    })
            },
            .function(
                "write", "Puts a text in the place of a file's: whole, or not at all.", needs: .files, waits: true,
                Param<String>("name", "Its name."), Param<LuaAny>("text", "At most 4 MiB.")
            ) { state, name, text in
                let bytes = state.withBytes(at: text.index) { $0.count <= DataFolder.fileLimit ? Array($0) : nil }
                guard let bytes else {
                    throw LuaError.argument(
                        2, of: "pack.data.write", parameter: "text", expected: "string",
                        found: "\(state.describe(at: text.index)) (write fluxer.json.encode(value))")
                }
                guard let bytes else {
                    throw LuaError(
                        "FileError", bases: [LuaError.rootName],
                        "pack.data.write: the text is larger than 4 MiB: split it")
                }
                let folder = try folder(state)
                return .wait(
                    LuaOperation {
                        try await folder.write(name, bytes)
                        return LuaNothing()
                    })
            },
            .function("list", "Names of the files, sorted.", needs: .files, waits: true) { state in
                let folder = try folder(state)
                return .wait(LuaOperation { try await folder.list() })
            },
            .function(
                "remove", "Takes a file away; false where there was none.", needs: .files, waits: true,
                Param<String>("name", "Its name.")
            ) { state, name in
                let folder = try folder(state)
                return .wait(LuaOperation { try await folder.remove(name) })
            },
        ])

    private static func folder(_ state: LuaState) throws(LuaError) -> DataFolder {
        guard let folder = try BotContext.of(state).role.data else {
            throw LuaError("FileError", bases: [LuaError.rootName], "pack.data: this bot keeps no files")
        }
        return folder
    }

    /// Pushes the table `pack`.
    static func pushPack(_ state: LuaState, _ context: BotContext) {
        state.push(module: pack)
        state.push(context.pack)
        state.setField("name")
        if !context.role.version.isEmpty {
            state.push(context.role.version)
            state.setField("version")
        }
        _ = context.role.settings.push(to: state)
        state.setField("settings")
        state.push(module: packData)
        state.setField("data")
    }
}
