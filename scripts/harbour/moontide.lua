-- The settings of a bot of two packs. `moontide dev scripts/harbour` runs it; docs/projects.md says what can stand here.
return {
    token = { env = "FLUXER_TOKEN" },
    bot = { command_prefix = "!", description = "The harbour master." },
    packs = {
        -- Its manifest asks for two rights and gets one: it keeps files, and hears no messages but calls of its commands.
        logbook = {
            path = "packs/logbook",
            grant = { "fs:data" },
            limits = { memory = "8M" },
            settings = { shown = 5 },
        },
    },
}
