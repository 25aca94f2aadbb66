"""The job of ping.lua with discord.py: FLUXER_API and FLUXER_TOKEN say where.

Its addresses are constants; they are set before it starts. MEMBERS asks for the members of guilds, without a request for
each guild. Compression is left to the server, which does not compress: that spares this library work it would have.
"""

import os

import discord
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket

api = os.environ["FLUXER_API"]
discord.http.Route.BASE = api
DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL("ws" + api.removeprefix("http").removesuffix("/v1"))

intents = discord.Intents.default()
intents.message_content = True
intents.members = bool(os.environ.get("MEMBERS"))
bot = commands.Bot(
    command_prefix="!", intents=intents, chunk_guilds_at_startup=False,
    member_cache_flags=discord.MemberCacheFlags.from_intents(intents))


@bot.event
async def on_connect():
    print("connected", flush=True)


@bot.command()
async def ping(ctx):
    await ctx.reply("pong")


bot.run(os.environ["FLUXER_TOKEN"], log_handler=None)
