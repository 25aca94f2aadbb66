"""The job of ping.lua with fluxer.py (PyPI): FLUXER_API and FLUXER_TOKEN say where."""

import os

import fluxer

bot = fluxer.Bot(command_prefix="!", api_url=os.environ["FLUXER_API"])


@bot.event
async def on_ready():
    print("connected", flush=True)


@bot.command()
async def ping(ctx):
    await ctx.reply("pong")


bot.run(os.environ["FLUXER_TOKEN"])
