-- What the pack says of itself, and what it asks for. The operator grants it in moontide.lua, or does not.
return {
    name = "logbook",
    version = "1.0.0",
    summary = "What happened, and who says so.",
    license = "MIT",
    capabilities = { "fs:data", "events:message" },
    limits = { memory = "8M", cpu = "50ms" },
    user_data = "Keeps the display name of everyone who writes into the log, and what they wrote.",
}
