// The sandbox's chat page: one script, no framework, nothing from outside.
//
// It reads GET /_sandbox/state once, follows GET /_sandbox/events, and posts what the reader does. Text from
// messages, names and notices only ever becomes text nodes: no markup is parsed by the browser.
//
// Hooks for tests (they stay; classes not named here may change):
//   #composer                 the text box                  #send        the send button
//   #identity                 <select>, value = user id     #rerun       sends your last message again (Alt+R)
//   [data-channel-id]         a channel's button; aria-current="true" on the open one; data-unread when unread
//                             (a direct channel with the bot appears when the bot opens it)
//   .message[data-message-id] a message, with data-author = user id, and data-state = "sending", "failed"
//                             or "deleted" where that applies (no data-message-id before the server has it)
//   .message .author          its author's name (only on the first message of a group)
//   .message .content         its text, rendered            .message .edited   present once edited
//   .message .reply           the line above a reply; click jumps
//   .message .embed           an embed: .embed-title, .embed-description, .embed-field, .embed-footer
//   .message [data-reaction]  a reaction's button, value = emoji; aria-pressed, .count
//   [data-action]             react, reply, edit, delete: in the toolbar of the message that is hovered, focused or
//                             clicked (there is one toolbar, it moves)
//   #mode                     "Replying to …" or "Editing …", hidden otherwise
//   #typing                   "… is typing", empty otherwise
//   #bot-status               data-online = "true" or "false"; data-stale while a save that failed is not mended
//   #connection               data-state = "connecting", "live" or "lost"; visible only when lost
//   #notices-toggle           opens the bot log             #notices    the bot log, hidden when closed
//   .notice[data-notice-kind] a card in the log, with data-notice-id; .notice-title, .notice-lead, .notice-place,
//                             .notice-detail, .source-line (the failing one has data-failing), .change
//   #strip[data-notice-kind]  the newest notice over the chat, hidden when dismissed
//   .marker[data-notice-kind] the notice's line between the messages
//   #toasts .toast            a request that failed: what, why, what to do
(() => {
  "use strict";

  // ---------------------------------------------------------------- small helpers

  const $ = (id) => document.getElementById(id);

  /** Makes an element. Names starting with "on" are listeners, `class` and all others attributes; null leaves one out. */
  function h(tag, props, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(props || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? "" : String(value));
    }
    for (const child of children) if (child !== null && child !== undefined && child !== false) node.append(child);
    return node;
  }

  const ICONS = {
    menu: "M4 7h16M4 12h16M4 17h16",
    close: "M6 6l12 12M18 6L6 18",
    log: "M5 4h14v16H5zM9 9h6M9 13h6M9 17h3",
    reply: "M9 7l-5 5 5 5M4 12h9a7 7 0 0 1 7 7",
    react: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.5 14.5c.8 1.4 2 2.1 3.5 2.1s2.700-.7 3.500-2.100M9 9.500v.5M15 9.500v.5",
    edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
    trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.500 11v5M13.500 11v5",
    send: "M5 12h13M12 5l7 7-7 7",
    again: "M4 12a8 8 0 0 1 13.700-5.600L20 9M20 4v5h-5M20 12a8 8 0 0 1-13.700 5.600L4 15M4 20v-5h5",
    down: "M12 5v14M6 13l6 6 6-6",
    chevron: "M7 10l5 5 5-5",
    copy: "M9 9h10v11H9zM15 9V5H5v10h4",
    warn: "M12 4l9 16H3zM12 10v4M12 17v.500",
    check: "M5 13l4 4L19 7",
    info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5M12 8v.500",
    image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9v.500",
    file: "M6 3h8l5 5v13H6zM14 3v5h5",
  };

  function icon(name) {
    const ns = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(ns, "svg");
    for (const [key, value] of [["viewBox", "0 0 24 24"], ["class", "icon"], ["aria-hidden", "true"], ["focusable", "false"]])
      svg.setAttribute(key, value);
    const path = document.createElementNS(ns, "path");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  }

  const calmMotion = matchMedia("(prefers-reduced-motion: reduce)");
  const phone = matchMedia("(max-width: 719px)");
  const wide = matchMedia("(min-width: 1120px)");

  const memory = {
    get(key) {
      try { return localStorage.getItem("moontide.sandbox." + key); } catch { return null; }
    },
    set(key, value) {
      try { localStorage.setItem("moontide.sandbox." + key, value); } catch { /* private window: forgotten, no harm */ }
    },
  };

  const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const fullTime = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
  const dayName = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

  const dayKey = (ms) => {
    const date = new Date(ms);
    return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
  };

  function dayLabel(ms) {
    if (dayKey(ms) === dayKey(Date.now())) return "Today";
    if (dayKey(ms) === dayKey(Date.now() - 86400000)) return "Yesterday";
    return dayName.format(ms);
  }

  /** Orders snowflakes, which do not fit a number. */
  const compareIDs = (a, b) => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

  const plural = (n, one, many) => `${n} ${n === 1 ? one : many}`;

  /** "#rrggbb" of the wire's integer or text; null for none. */
  function colorText(value) {
    if (typeof value === "number" && value > 0) return "#" + (value & 0xffffff).toString(16).padStart(6, "0");
    if (typeof value === "string" && /^#?[0-9a-f]{6}$/i.test(value)) return value.startsWith("#") ? value : "#" + value;
    return null;
  }

  /** Black or white, whichever reads better on the colour. */
  function inkOn(hex) {
    const part = (i) => {
      const v = parseInt(hex.slice(i, i + 2), 16) / 255;
      return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5) > 0.4 ? "#10131a" : "#ffffff";
  }

  // ---------------------------------------------------------------- what is known

  const S = {
    ready: false,
    guild: { id: "", name: "Moontide" },
    channels: [],
    users: new Map(),
    roles: new Map(),
    bot: { id: "", username: "bot", online: false },
    rooms: new Map(), // channel id → Room
    notices: [],
    cursor: 0,
    me: memory.get("identity") || "",
    channel: memory.get("channel") || "",
    pending: [],
    reply: null, // message id
    editing: null, // message id
  };

  /** One channel's messages and what the reader has of it. */
  function newRoom() {
    return { list: [], byID: new Map(), show: 200, unread: false, firstNew: null, typing: new Map(), draft: "", complete: true };
  }

  function room(id) {
    let found = S.rooms.get(id);
    if (!found) S.rooms.set(id, (found = newRoom()));
    return found;
  }

  function person(id, fallback) {
    const user = S.users.get(id);
    if (user) return { id, name: user.global_name || user.username, username: user.username, color: colorText(user.color), bot: id === S.bot.id || Boolean(user.bot) };
    if (id && id === S.bot.id) return { id, name: S.bot.global_name || S.bot.username, username: S.bot.username, color: null, bot: true };
    const named = fallback || {};
    return {
      id, name: named.nick || named.global_name || named.username || "Unknown user", username: named.username || "",
      color: colorText(named.avatar_color), bot: Boolean(named.bot),
    };
  }

  const reactionKey = (emoji) => (emoji && emoji.id ? `${emoji.name}:${emoji.id}` : String((emoji && emoji.name) || "?"));

  /** Whether two wire forms differ in nothing but reactions: then what is on the screen may stay. */
  const sameText = (a, b) => JSON.stringify({ ...a, reactions: null }) === JSON.stringify({ ...b, reactions: null });

  /** The wire's message as the page keeps it; `old` carries over what the wire does not say. */
  function keep(raw, old) {
    const merged = old ? { ...old.raw, ...raw } : raw;
    const author = merged.author || {};
    const message = {
      raw: merged,
      id: String(merged.id),
      channel: String(merged.channel_id),
      author: String(author.id || ""),
      authorData: { ...author, nick: merged.member && merged.member.nick },
      content: typeof merged.content === "string" ? merged.content : "",
      time: Date.parse(merged.timestamp) || Date.now(),
      edited: merged.edited_timestamp ? Date.parse(merged.edited_timestamp) : 0,
      reactions: [],
      deleted: false,
      allReactions: old ? old.allReactions : false,
      revision: !old ? 0 : sameText(old.raw, merged) ? old.revision : old.revision + 1,
      reactionRevision: old ? old.reactionRevision + 1 : 0,
    };
    for (const reaction of Array.isArray(merged.reactions) ? merged.reactions : []) {
      const key = reactionKey(reaction.emoji);
      const before = old && old.reactions.find((r) => r.key === key);
      const ids = Array.isArray(reaction.users) ? reaction.users.map((u) => String((u && u.id) || u)) : null;
      const known = new Set(ids || (before && before.known.size <= reaction.count ? before.known : []));
      message.reactions.push({ key, emoji: reaction.emoji, known, other: Math.max(0, (reaction.count | 0) - known.size) });
    }
    return message;
  }

  function place(into, message) {
    const list = into.list;
    let at = list.length;
    while (at > 0 && compareIDs(list[at - 1].id, message.id) > 0) at--;
    list.splice(at, 0, message);
    into.byID.set(message.id, message);
  }

  /** A channel as the page keeps it: `name` without its sign, "#" or, for a direct channel with the bot, "@". */
  function channelOf(raw) {
    const id = String(raw.id);
    if (raw.type !== 1) return { id, name: raw.name || id, topic: raw.topic || "", sign: "#" };
    const other = (Array.isArray(raw.recipients) ? raw.recipients : []).find((u) => String(u.id) !== S.bot.id);
    const name = other ? person(String(other.id), other).name : "direct";
    return { id, name, topic: `Direct messages between ${name} and ${person(S.bot.id).name}`, sign: "@" };
  }

  function applyState(state) {
    S.guild = state.guild || S.guild;
    S.users = new Map((state.users || []).map((u) => [String(u.id), u]));
    S.roles = new Map(((state.guild && state.guild.roles) || state.roles || []).map((r) => [String(r.id), r]));
    S.bot = state.bot ? { ...state.bot, id: String(state.bot.id) } : S.bot;
    const direct = S.channels.filter((c) => c.sign === "@");
    S.channels = (state.channels || []).map(channelOf);
    for (const each of direct) if (!S.channels.some((c) => c.id === each.id)) S.channels.push(each);
    S.cursor = state.cursor || 0;
    S.notices = (state.notices || []).slice().sort((a, b) => a.id - b.id);
    for (const channel of S.channels) {
      const wire = state.messages && state.messages[channel.id];
      if (!Array.isArray(wire)) continue;
      const now = room(channel.id);
      const before = now.byID;
      const fresh = wire.map((raw) => keep(raw, before.get(String(raw.id))));
      const oldest = fresh.length ? fresh[0].id : null;
      // The server keeps the last hundred. What we hold from before them stays, if nothing can lie between.
      const joined = fresh.length >= 100 && fresh.some((m) => before.has(m.id));
      const earlier = joined ? now.list.filter((m) => compareIDs(m.id, oldest) < 0) : [];
      now.complete = earlier.length ? now.complete : fresh.length < 100;
      now.list = [];
      now.byID = new Map();
      for (const message of [...earlier, ...fresh]) place(now, message);
      // What came while the connection was lost is news too.
      const last = now.list[now.list.length - 1];
      if (S.ready && last && !before.has(last.id) && channel.id !== S.channel) now.unread = true;
    }
    const people = identities();
    if (!people.some((u) => String(u.id) === S.me)) S.me = people.length ? String(people[0].id) : "";
    if (!S.channels.some((c) => c.id === S.channel)) S.channel = S.channels.length ? S.channels[0].id : "";
    S.ready = true;
  }

  const identities = () => [...S.users.values()].filter((u) => !u.bot && String(u.id) !== S.bot.id);

  // ---------------------------------------------------------------- markdown, as DOM nodes

  const SPECIAL = /[\\`<[@*_~|]|https?:\/\//g;
  const USER = /<@!?(\d{1,20})>/y;
  const ROLE = /<@&(\d{1,20})>/y;
  const CHANNEL = /<#(\d{1,20})>/y;
  const EMOJI = /<(a?):(\w{1,32}):(\d{1,20})>/y;
  const TIME = /<t:(-?\d{1,13})(?::([tTdDfFRsS]))?>/y;
  const GUIDE = /<id:(customize|browse|guide|linked-roles)>/y;
  const COMMAND = /<\/([^\s:>][^:>\n]{0,100}):(\d{1,20})>/y;
  const QUIET_LINK = /<(https?:\/\/[^\s<>]{1,2048})>/y;
  const LINK = /https?:\/\/[^\s<>]{1,2048}/y;
  const EVERYONE = /@(everyone|here)(?!\w)/y;
  const MAX_OPEN = 16; // marks open at once; a page of opening marks stays flat
  const MAX_QUOTES = 6;
  const wordish = (c) => c !== undefined && /[\p{L}\p{N}_]/u.test(c);
  const blank = (c) => c === undefined || /\s/.test(c);

  /** The address if it is http or https and parses, else null. */
  function safeURL(text) {
    if (typeof text !== "string" || !/^https?:\/\//i.test(text)) return null;
    try {
      const url = new URL(text);
      return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
    } catch {
      return null;
    }
  }

  const link = (href, ...children) => h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow", title: href }, ...children);

  function mention(text, kind, extra) {
    return h("span", { class: "mention" + (extra ? " " + extra : ""), "data-mention": kind }, text);
  }

  function timeNode(seconds, style) {
    const ms = seconds * 1000;
    if (!(Math.abs(ms) <= 8.64e15)) return null;
    const node = h("time", { class: "stamp", datetime: new Date(ms).toISOString(), title: fullTime.format(ms) });
    if (style === "R") {
      node.dataset.relative = String(ms);
      node.textContent = relative(ms);
      return node;
    }
    const forms = {
      t: { timeStyle: "short" }, T: { timeStyle: "medium" }, d: { dateStyle: "short" }, D: { dateStyle: "long" },
      f: { dateStyle: "long", timeStyle: "short" }, F: { dateStyle: "full", timeStyle: "short" },
      s: { dateStyle: "short", timeStyle: "short" }, S: { dateStyle: "short", timeStyle: "medium" },
    };
    node.textContent = new Intl.DateTimeFormat(undefined, { ...(forms[style] || forms.f), hourCycle: "h23" }).format(ms);
    return node;
  }

  const relativeFormat = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

  function relative(ms) {
    const seconds = (ms - Date.now()) / 1000;
    for (const [unit, size] of [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60]])
      if (Math.abs(seconds) >= size) return relativeFormat.format(Math.round(seconds / size), unit);
    return relativeFormat.format(Math.round(seconds), "second");
  }

  /** What stands between < and > at `i`: a node and where it ends, or null. */
  function angle(text, i) {
    const at = (re) => {
      re.lastIndex = i;
      return re.exec(text);
    };
    let m;
    let node = null;
    if ((m = at(USER))) node = mention("@" + person(m[1]).name, "user", m[1] === S.me ? "me" : "");
    else if ((m = at(ROLE))) node = mention("@" + ((S.roles.get(m[1]) || {}).name || "role"), "role");
    else if ((m = at(CHANNEL))) {
      const channel = S.channels.find((c) => c.id === m[1]);
      node = channel
        ? h("button", { type: "button", class: "mention", "data-mention": "channel", "data-open-channel": channel.id }, channel.sign + channel.name)
        : mention("#unknown", "channel");
    } else if ((m = at(EMOJI))) node = h("span", { class: "emoji-name", title: `custom emoji ${m[3]}` }, `:${m[2]}:`);
    else if ((m = at(TIME))) node = timeNode(Number(m[1]), m[2] || "f");
    else if ((m = at(GUIDE))) node = mention(m[1].replace("-", " "), "guide");
    else if ((m = at(COMMAND))) node = mention("/" + m[1], "command");
    else if ((m = at(QUIET_LINK))) {
      const href = safeURL(m[1]);
      if (href) node = link(href, m[1]);
    }
    return node ? { node, end: i + m[0].length } : null;
  }

  /** `[label](address)` at `i`, or null. Bounded scans: no text makes this slow. */
  function maskedLink(text, i, context) {
    let depth = 0;
    let j = i;
    const labelEnd = Math.min(text.length, i + 1000);
    for (; j < labelEnd; j++) {
      const c = text[j];
      if (c === "\\") j++;
      else if (c === "[") depth++;
      else if (c === "]" && --depth === 0) break;
    }
    if (j >= labelEnd || text[j + 1] !== "(" || j === i + 1) return null;
    let k = j + 2;
    const from = k;
    depth = 0;
    const end = Math.min(text.length, k + 2100);
    for (; k < end; k++) {
      const c = text[k];
      if (c === "(") depth++;
      else if (c === ")" && depth-- === 0) break;
      else if (c === "\n") return null;
    }
    if (k >= end) return null;
    let address = text.slice(from, k).trim();
    const gap = address.search(/\s/);
    if (gap > 0) address = address.slice(0, gap); // a title follows: not shown
    if (address.startsWith("<") && address.endsWith(">")) address = address.slice(1, -1);
    const href = safeURL(address);
    if (!href) return null;
    return { node: link(href, ...inline(text.slice(i + 1, j), { ...context, inLink: true })), end: k + 1 };
  }

  function bareLink(text, i) {
    LINK.lastIndex = i;
    const m = LINK.exec(text);
    if (!m) return null;
    let end = m[0].length;
    // Closing marks and sentence ends belong to the sentence; a closing bracket only if the address opened none.
    let open = 0;
    for (const c of m[0]) open += c === "(" ? 1 : c === ")" ? -1 : 0;
    for (; end > 8; end--) {
      const c = m[0][end - 1];
      if (c === ")" && open < 0) open++;
      else if (!".,:;!?'\"*_~|`".includes(c)) break;
    }
    const shown = m[0].slice(0, end);
    const href = safeURL(shown);
    return href ? { node: link(href, shown), end: i + end } : null;
  }

  /** Bold, italic, links and the like: text to nodes in one pass over the text, with a short stack of open marks. */
  function inline(text, context) {
    const stack = [{ mark: "", nodes: [] }];
    const noRun = new Set(); // lengths of backtick runs that never close
    let plain = "";
    const top = () => stack[stack.length - 1];
    const flush = () => {
      if (plain) top().nodes.push(document.createTextNode(plain));
      plain = "";
    };
    const collapse = (to) => {
      while (stack.length - 1 > to) {
        const frame = stack.pop();
        top().nodes.push(document.createTextNode(frame.mark.repeat(frame.left)));
        for (const node of frame.nodes) top().nodes.push(node);
      }
    };

    function runOfMarks(mark, count, before, after) {
      if (count > 3 || ((mark === "~" || mark === "|") && count !== 2)) {
        plain += mark.repeat(count);
        return;
      }
      let canOpen = !blank(after);
      let canClose = !blank(before);
      if (mark === "|" || mark === "~") canOpen = canClose = true;
      if (mark === "_") {
        canOpen = canOpen && !wordish(before);
        canClose = canClose && !wordish(after);
      }
      let left = count;
      while (canClose && left > 0) {
        let k = stack.length - 1;
        for (; k > 0; k--) {
          const frame = stack[k];
          if (frame.mark !== mark) continue;
          const mixed = (frame.canClose || canOpen) && (frame.count + count) % 3 === 0 && !(frame.count % 3 === 0 && count % 3 === 0);
          if (!mixed || mark === "|" || mark === "~") break;
        }
        if (k === 0) break;
        flush();
        collapse(k);
        const frame = stack[k];
        const use = Math.min(frame.left, left) >= 2 ? 2 : 1;
        frame.nodes = [wrap(mark, use, frame.nodes)];
        frame.left -= use;
        left -= use;
        if (frame.left === 0) {
          stack.pop();
          top().nodes.push(frame.nodes[0]);
        }
      }
      if (left === 0) return;
      if (canOpen && stack.length <= MAX_OPEN) {
        flush();
        stack.push({ mark, count, left, canClose, nodes: [] });
      } else plain += mark.repeat(left);
    }

    let i = 0;
    while (i < text.length) {
      SPECIAL.lastIndex = i;
      const next = SPECIAL.exec(text);
      if (!next) {
        plain += text.slice(i);
        break;
      }
      plain += text.slice(i, next.index);
      i = next.index;
      const c = text[i];
      let found = null;
      if (c === "\\") {
        if (i + 1 < text.length && /[!-/:-@[-`{-~]/.test(text[i + 1])) {
          plain += text[i + 1];
          i += 2;
        } else {
          plain += c;
          i++;
        }
        continue;
      }
      if (c === "`") {
        let count = 1;
        while (text[i + count] === "`") count++;
        const close = noRun.has(count) ? -1 : closingRun(text, i + count, count);
        if (close >= 0) {
          let code = text.slice(i + count, close);
          if (code.length > 2 && code.startsWith(" ") && code.endsWith(" ") && code.trim()) code = code.slice(1, -1);
          flush();
          top().nodes.push(h("code", { class: "code" }, code));
          i = close + count;
        } else {
          noRun.add(count);
          plain += "`".repeat(count);
          i += count;
        }
        continue;
      }
      if (c === "<") found = angle(text, i);
      else if (c === "[") found = context.inLink ? null : maskedLink(text, i, context);
      else if (c === "h") found = context.inLink || wordish(text[i - 1]) ? null : bareLink(text, i);
      else if (c === "@") {
        EVERYONE.lastIndex = i;
        const m = EVERYONE.exec(text);
        if (m && !wordish(text[i - 1])) found = { node: mention(m[0], "everyone", "me"), end: i + m[0].length };
      } else {
        let count = 1;
        while (text[i + count] === c) count++;
        runOfMarks(c, count, text[i - 1], text[i + count]);
        i += count;
        continue;
      }
      if (found) {
        flush();
        top().nodes.push(found.node);
        i = found.end;
      } else {
        const step = c === "h" ? next[0].length : 1;
        plain += text.slice(i, i + step);
        i += step;
      }
    }
    flush();
    collapse(0);
    return stack[0].nodes;
  }

  function closingRun(text, from, count) {
    let j = from;
    while ((j = text.indexOf("`", j)) >= 0) {
      let run = 1;
      while (text[j + run] === "`") run++;
      if (run === count) return j;
      j += run;
    }
    return -1;
  }

  function wrap(mark, use, nodes) {
    if (mark === "|") return spoiler(nodes);
    const tag = mark === "~" ? "s" : use === 1 ? "em" : mark === "_" ? "u" : "strong";
    return h(tag, null, ...nodes);
  }

  function spoiler(nodes) {
    const inside = h("span", { class: "spoiler-text", inert: true }, ...nodes);
    return h("span", { class: "spoiler", role: "button", tabindex: "0", "aria-expanded": "false", "aria-label": "Spoiler: press to show" }, inside);
  }

  function openSpoiler(node) {
    node.classList.add("open");
    node.firstElementChild.inert = false;
    for (const name of ["role", "tabindex", "aria-expanded", "aria-label"]) node.removeAttribute(name);
  }

  function listMark(line) {
    const m = /^( {0,16})(?:([-*])|(\d{1,9})[.)]) +(?=\S)/.exec(line);
    return m ? { indent: m[1].length, start: m[3] ? Number(m[3]) : null, text: line.slice(m[0].length) } : null;
  }

  function codeBlock(source) {
    const m = /^([\w+#.-]{1,24})\n/.exec(source);
    const language = m && source.length > m[0].length ? m[1] : "";
    const code = (language ? source.slice(m[0].length) : source.replace(/^\n/, "")).replace(/\n$/, "");
    const copy = h("button", { type: "button", class: "copy", "data-copy": "" }, icon("copy"), "Copy");
    return h(
      "figure", { class: "code-block" },
      h("figcaption", null, h("span", { class: "language" }, language || "code"), copy),
      h("pre", { tabindex: "0", "aria-label": language ? `Code, ${language}` : "Code" }, h("code", null, code)));
  }

  function table(rows) {
    const cells = (line) => {
      const trimmed = line.trim().replace(/^\|/, "").replace(/\|$/, "");
      return trimmed.split("|").slice(0, 30);
    };
    const row = (line, tag) => h("tr", null, ...cells(line).map((cell) => h(tag, null, ...inline(cell.trim(), {}))));
    return h(
      "div", { class: "table", tabindex: "0", role: "group", "aria-label": "Table" },
      h("table", null, h("thead", null, row(rows[0], "th")), h("tbody", null, ...rows.slice(2, 200).map((r) => row(r, "td")))));
  }

  /** Message text to block nodes: code blocks, quotes, headings, lists, tables, and lines. */
  function blocks(text, depth = 0) {
    const out = document.createDocumentFragment();
    let lines = [];
    let pos = 0;
    let atStart = true;
    let fences = true;

    const endLines = () => {
      const joined = lines.join("\n").replace(/^\n+/, "").replace(/\n+$/, "");
      if (joined) out.append(h("div", { class: "line", dir: "auto" }, ...inline(joined, {})));
      lines = [];
    };
    const lineAt = (from) => {
      const end = text.indexOf("\n", from);
      return end < 0 ? text.slice(from) : text.slice(from, end);
    };
    const add = (node) => {
      endLines();
      out.append(node);
    };

    while (pos < text.length) {
      const line = lineAt(pos);
      const after = pos + line.length + 1;
      let m;
      if (atStart) {
        if (line.startsWith(">>> ") && depth < MAX_QUOTES) {
          add(quote(text.slice(pos + 4), depth));
          break;
        }
        if ((line.startsWith("> ") || line === ">") && depth < MAX_QUOTES) {
          const quoted = [];
          let at = pos;
          while (at < text.length) {
            const q = lineAt(at);
            if (!q.startsWith("> ") && q !== ">") break;
            quoted.push(q.slice(2));
            at += q.length + 1;
          }
          add(quote(quoted.join("\n"), depth));
          pos = at;
          continue;
        }
        if ((m = /^(#{1,3}) +(?=\S)/.exec(line))) {
          const level = m[1].length;
          add(h("div", { class: `heading h${level}`, role: "heading", "aria-level": String(level + 2), dir: "auto" }, ...inline(line.slice(m[0].length), {})));
          pos = after;
          continue;
        }
        if (/^-# +\S/.test(line)) {
          add(h("div", { class: "subtext", dir: "auto" }, ...inline(line.slice(3).trimStart(), {})));
          pos = after;
          continue;
        }
        if (listMark(line)) {
          endLines();
          pos = list(pos);
          continue;
        }
        if (line.includes("|")) {
          const divider = lineAt(after);
          if (after < text.length && divider.includes("|") && divider.includes("-") && /^[\s|:-]+$/.test(divider)) {
            const rows = [];
            let at = pos;
            while (at < text.length) {
              const r = lineAt(at);
              if (!r.includes("|")) break;
              rows.push(r);
              at += r.length + 1;
            }
            add(table(rows));
            pos = at;
            continue;
          }
        }
      }
      const fence = fences ? line.indexOf("```") : -1;
      if (fence >= 0 && line[fence - 1] !== "\\") {
        const open = pos + fence + 3;
        const close = text.indexOf("```", open);
        if (close > open && text.slice(open, close).trim()) {
          if (fence > 0 && line.slice(0, fence).trim()) lines.push(line.slice(0, fence));
          add(codeBlock(text.slice(open, close)));
          pos = close + 3;
          while (text[pos] === "`") pos++;
          atStart = text[pos] === "\n" || pos >= text.length;
          if (text[pos] === "\n") pos++;
          continue;
        }
        if (close < 0) fences = false;
      }
      lines.push(line);
      pos = after;
      atStart = true;
    }
    endLines();
    return out;

    function list(from) {
      const open = []; // nested lists, outermost first
      let at = from;
      let item = null;
      while (at < text.length) {
        const line = lineAt(at);
        const mark = listMark(line);
        if (!mark) {
          if (!item || !/^ {2,}\S/.test(line)) break;
          item.append("\n", ...inline(line.trim(), {}));
          at += line.length + 1;
          continue;
        }
        while (open.length && mark.indent < open[open.length - 1].indent) open.pop();
        let last = open[open.length - 1];
        const ordered = mark.start !== null;
        if (!last || (mark.indent > last.indent + 1 && open.length < 5) || (ordered !== last.ordered && open.length === 1)) {
          if (last && mark.indent <= last.indent + 1) open.pop();
          const parent = open.length ? open[open.length - 1].node.lastElementChild : null;
          const node = h(ordered ? "ol" : "ul", { start: ordered && mark.start !== 1 ? mark.start : null });
          (parent || out).append(node);
          last = { indent: mark.indent, ordered, node };
          open.push(last);
        }
        item = h("li", { dir: "auto" }, ...inline(mark.text, {}));
        last.node.append(item);
        at += line.length + 1;
      }
      return at;
    }
  }

  function quote(text, depth) {
    const m = depth === 0 ? /^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*(?:\n|$)/.exec(text) : null;
    if (!m) return h("blockquote", null, blocks(text, depth + 1));
    const kind = m[1].toLowerCase();
    return h(
      "blockquote", { class: `alert alert-${kind}` },
      h("div", { class: "alert-name" }, m[1][0] + kind.slice(1)), blocks(text.slice(m[0].length), depth + 1));
  }

  function onlyEmoji(text) {
    return text.length <= 80 && /\p{Extended_Pictographic}|\p{RI}/u.test(text) && /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{RI}\u200d\ufe0f\u20e3\s]+$/u.test(text);
  }

  /** One line of plain words for the reply line, the page's title and screen readers. */
  function gist(text, limit = 140) {
    return text.slice(0, 600)
      .replace(/```[\w+#.-]{0,24}\n?/g, " ")
      .replace(/<@!?(\d{1,20})>/g, (_, id) => "@" + person(id).name)
      .replace(/<#(\d{1,20})>/g, (_, id) => "#" + ((S.channels.find((c) => c.id === id) || {}).name || "unknown"))
      .replace(/<@&(\d{1,20})>/g, (_, id) => "@" + ((S.roles.get(id) || {}).name || "role"))
      .replace(/<a?:(\w{1,32}):\d{1,20}>/g, ":$1:")
      .replace(/\|\|[^|]{1,400}\|\|/g, "▇▇▇")
      .replace(/\*\*|__|~~|`/g, "")
      .replace(/\s+/g, " ")
      .trim()
      .slice(0, limit);
  }

  function gistOf(raw) {
    const text = gist((raw && raw.content) || "");
    if (text) return text;
    const embed = raw && raw.embeds && raw.embeds[0];
    if (embed) return gist(embed.title || embed.description || "") || "an embed";
    if (raw && raw.attachments && raw.attachments.length) return plural(raw.attachments.length, "file", "files");
    return "a message without text";
  }

  // ---------------------------------------------------------------- talking to the sandbox

  /** A request that failed, in words for the reader. */
  class RequestError extends Error {
    constructor(why, advice, status) {
      super(why);
      this.why = why;
      this.advice = advice;
      this.status = status || 0;
    }
  }

  const gone = () =>
    new RequestError(
      `The sandbox at ${location.host} does not answer.`,
      "If you stopped it, start it again (moontide dev); this page connects by itself.");

  async function request(path, body, patience = 10000) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), patience);
    let response;
    let text;
    try {
      response = await fetch(path, {
        method: body ? "POST" : "GET",
        headers: body ? { "Content-Type": "application/json" } : {},
        body: body ? JSON.stringify(body) : undefined,
        cache: "no-store",
        signal: stop.signal,
      });
      text = await response.text();
    } catch {
      if (stop.signal.aborted)
        throw new RequestError(`No answer within ${patience / 1000} seconds.`, "The sandbox may be busy or paused. Try again, or look at its terminal.");
      throw gone();
    } finally {
      clearTimeout(timer);
    }
    let data = null;
    let parsed = true;
    if (text) {
      try { data = JSON.parse(text); } catch { parsed = false; }
    }
    if (!response.ok) throw refusal(response, data);
    if (!parsed) throw new RequestError("The answer was not JSON.", "Another program may be using this port. Open the address that moontide printed.");
    return data;
  }

  function refusal(response, data) {
    const status = response.status;
    const said = data && (data.message || data.error || data.detail);
    const field = data && Array.isArray(data.errors) && data.errors[0] && data.errors[0].message;
    const why = `The sandbox refused it: ${typeof said === "string" ? said.replace(/[.\s]+$/, "") : "HTTP " + status}${typeof field === "string" ? ` (${field.replace(/[.\s]+$/, "")})` : ""}.`;
    let advice = "Change it and try again.";
    if (status === 403) advice = "Only a user's own messages can be changed, and the page must be opened at the address that moontide printed.";
    else if (status === 404) advice = "It may have been deleted in the meantime.";
    else if (status === 429) advice = `Wait ${response.headers.get("Retry-After") || "a few"} seconds, then try again.`;
    else if (status >= 500) advice = "This is a fault of the sandbox; its terminal says more.";
    return new RequestError(why, advice, status);
  }

  /** Says that something failed. The same failure in a row is said once. */
  function complain(what, error) {
    const why = error instanceof RequestError ? error.why : String(error);
    const advice = error instanceof RequestError ? error.advice : "Reload the page.";
    toast(what, `${why} ${advice}`);
  }

  function toast(title, text) {
    const same = [...$("toasts").children].find((t) => t.dataset.text === title + text);
    if (same) same.remove();
    const node = h(
      "div", { class: "toast", role: "alert", "data-text": title + text },
      icon("warn"),
      h("div", { class: "toast-body" }, h("strong", null, title), h("p", null, text)),
      h("button", { type: "button", class: "icon-button", "aria-label": "Dismiss", onclick: () => node.remove() }, icon("close")));
    $("toasts").append(node);
    while ($("toasts").children.length > 3) $("toasts").firstElementChild.remove();
    setTimeout(() => node.remove(), 15000);
  }

  // The stream. We do the reconnecting ourselves: the browser gives up for good on some failures. After every gap the
  // state is fetched anew, so nothing is missed whatever the server still remembers.
  const stream = { source: null, attempt: 0, timer: 0, state: "connecting", retryAt: 0, busy: false };

  async function connect() {
    if (stream.busy) return;
    stream.busy = true;
    clearTimeout(stream.timer);
    if (stream.source) stream.source.close();
    stream.source = null;
    stream.retryAt = 0;
    showConnection();
    try {
      const state = await request("/_sandbox/state");
      if (!state || typeof state !== "object") throw new RequestError("The sandbox sent an empty state.", "Reload the page; if it stays, restart the sandbox.");
      const first = !S.ready;
      applyState(state);
      renderAll();
      if (first) afterFirstState();
      follow();
    } catch (error) {
      lost(error);
    } finally {
      stream.busy = false;
    }
  }

  function follow() {
    const source = new EventSource("/_sandbox/events?after=" + encodeURIComponent(S.cursor));
    stream.source = source;
    source.onopen = () => {
      if (stream.source !== source) return;
      stream.attempt = 0;
      stream.state = "live";
      showConnection();
    };
    source.onerror = () => {
      if (stream.source !== source) return;
      source.close();
      stream.source = null;
      lost(gone());
    };
    for (const [type, handle] of Object.entries(EVENTS))
      source.addEventListener(type, (event) => {
        if (stream.source !== source) return;
        if (event.lastEventId) S.cursor = event.lastEventId;
        let data;
        try {
          data = event.data ? JSON.parse(event.data) : {};
        } catch {
          toast("One update was unreadable", `The sandbox sent a "${type}" event that is not JSON. The page loads everything anew.`);
          connect();
          return;
        }
        handle(data || {});
      });
  }

  function lost(error) {
    stream.state = "lost";
    stream.why = error;
    stream.attempt++;
    const wait = Math.min(10000, 400 * 2 ** Math.min(stream.attempt, 6)) * (0.8 + Math.random() * 0.4);
    stream.retryAt = Date.now() + wait;
    clearTimeout(stream.timer);
    stream.timer = setTimeout(connect, wait);
    showConnection();
  }

  const EVENTS = {
    message(raw) {
      received(raw);
    },
    message_update(raw) {
      const at = room(String(raw.channel_id));
      const old = at.byID.get(String(raw.id));
      if (!old) return;
      const message = keep(raw, old);
      at.list[at.list.indexOf(old)] = message;
      at.byID.set(message.id, message);
      dirty(message.channel);
    },
    message_delete({ id, channel_id }) {
      const at = room(String(channel_id));
      const message = at.byID.get(String(id));
      if (!message || message.deleted) return;
      message.deleted = true;
      message.revision++;
      if (S.reply === message.id) stopMode();
      if (S.editing === message.id) stopMode();
      dirty(message.channel);
      setTimeout(() => {
        if (at.byID.get(message.id) !== message) return;
        at.byID.delete(message.id);
        at.list.splice(at.list.indexOf(message), 1);
        dirty(message.channel);
      }, 4000);
    },
    reaction_add(data) {
      withMessage(data, (message) => {
        const key = reactionKey(data.emoji);
        let reaction = message.reactions.find((r) => r.key === key);
        if (!reaction) message.reactions.push((reaction = { key, emoji: data.emoji, known: new Set(), other: 0 }));
        reaction.known.add(String(data.user_id));
      });
    },
    reaction_remove(data) {
      withMessage(data, (message) => {
        const reaction = message.reactions.find((r) => r.key === reactionKey(data.emoji));
        if (!reaction) return;
        if (!reaction.known.delete(String(data.user_id))) reaction.other = Math.max(0, reaction.other - 1);
        message.reactions = message.reactions.filter((r) => r.known.size + r.other > 0);
      });
    },
    reactions_clear(data) {
      withMessage(data, (message) => {
        message.reactions = data.emoji ? message.reactions.filter((r) => r.key !== reactionKey(data.emoji)) : [];
      });
    },
    typing({ channel_id, user_id }) {
      if (String(user_id) === S.me) return;
      room(String(channel_id)).typing.set(String(user_id), Date.now() + 10000);
      renderTyping();
    },
    channel(raw) {
      const channel = channelOf(raw);
      const at = S.channels.findIndex((c) => c.id === channel.id);
      if (at < 0) S.channels.push(channel);
      else S.channels[at] = channel;
      renderChannels();
      if (channel.id === S.channel) renderHead();
    },
    bot({ online }) {
      S.bot.online = Boolean(online);
      if (!online) for (const each of S.rooms.values()) each.typing.delete(S.bot.id);
      renderBot();
      renderTyping();
      dirty(S.channel);
    },
    notice(notice) {
      S.notices = S.notices.filter((n) => n.id !== notice.id);
      S.notices.push(notice);
      S.notices.sort((a, b) => a.id - b.id);
      if (S.notices.length > 200) S.notices.splice(0, S.notices.length - 200);
      onNotice(notice);
    },
    reset() {
      connect();
    },
  };

  function withMessage({ channel_id, message_id }, change) {
    const message = room(String(channel_id)).byID.get(String(message_id));
    if (!message) return;
    change(message);
    message.reactionRevision++;
    dirty(message.channel);
  }

  /** A message from the stream or from the answer to our own post: whichever comes first. */
  function received(raw) {
    const at = room(String(raw.channel_id));
    if (at.byID.has(String(raw.id))) return;
    const message = keep(raw);
    place(at, message);
    at.typing.delete(message.author);
    if (at.list.length > 2000) {
      for (const old of at.list.splice(0, 500)) at.byID.delete(old.id);
      at.complete = false;
    }
    const here = message.channel === S.channel;
    if (!here || document.hidden) {
      if (!at.firstNew) at.firstNew = message.id;
      if (!here && !at.unread) {
        at.unread = true;
        renderChannels();
      }
      renderTitle();
    }
    if (here) {
      if (!log.atBottom && message.author !== S.me) {
        unseen++;
        at.show++;
        if (!at.firstNew) at.firstNew = message.id;
      }
      if (message.author !== S.me) announce(`${person(message.author, message.authorData).name}: ${gistOf(raw)}`);
      dirty(message.channel);
      renderTyping();
    }
  }

  // ---------------------------------------------------------------- the message list

  let unseen = 0; // messages that came while the reader was further up
  let frame = 0;
  let active = null; // the message that the keyboard is on
  let flash = null;
  const log = { atBottom: true };

  /** Redraws the open channel soon, once for all changes until then. */
  function dirty(channel) {
    if (channel !== S.channel || frame) return;
    frame = document.hidden ? setTimeout(draw, 200) : requestAnimationFrame(draw);
  }

  function draw() {
    frame = 0;
    if (!S.ready) return;
    const box = $("log");
    const stick = log.atBottom;
    if (stick) {
      room(S.channel).show = 200;
      unseen = 0;
    }
    reconcile($("messages"), items());
    decorate();
    renderTop();
    if (stick) box.scrollTop = box.scrollHeight;
    renderToBottom();
  }

  /** What stands in the list, in order: days, markers, messages, messages on their way. */
  function items() {
    const at = room(S.channel);
    const list = at.list.slice(-at.show);
    const out = [];
    let day = "";
    let previous = null;
    let next = 0;
    const from = list.length ? list[0].time : 0;
    const marks = list.length ? S.notices.filter((n) => n.at >= from) : [];
    const settle = (until) => {
      let last = null;
      let count = 0;
      while (next < marks.length && marks[next].at <= until) {
        last = marks[next++];
        count++;
      }
      if (!last) return;
      out.push({ key: "n" + last.id, signature: String(count), make: () => marker(last, count) });
      previous = null;
    };
    const startDay = (time) => {
      const key = dayKey(time);
      if (key === day) return;
      day = key;
      previous = null;
      out.push({ key: "d" + key, signature: dayLabel(time), make: () => divider(dayLabel(time), "day") });
    };
    for (const message of list) {
      settle(message.time);
      startDay(message.time);
      if (message.id === at.firstNew && previous) {
        out.push({ key: "new", signature: "", make: () => divider("New", "new") });
        previous = null;
      }
      const grouped = Boolean(
        previous && previous.author === message.author && !previous.deleted && !message.raw.message_reference &&
        message.time - previous.time < 420000 && !isSystem(message));
      out.push({
        key: "m" + message.id,
        signature: `${message.revision} ${grouped} ${S.me}`,
        reactions: message.reactionRevision,
        message,
        make: () => messageNode(message, grouped),
      });
      previous = isSystem(message) ? null : message;
    }
    settle(Infinity);
    for (const waiting of S.pending) {
      if (waiting.channel !== S.channel || (waiting.state === "sending" && Date.now() - waiting.time < 250)) continue;
      out.push({ key: "p" + waiting.key, signature: waiting.state, make: () => pendingNode(waiting) });
    }
    return out;
  }

  /** Makes the list's children match, touching only what differs; the keyboard's place survives. */
  function reconcile(parent, wanted) {
    const have = new Map();
    for (const node of parent.children) have.set(node.dataset.key, node);
    const keys = new Set(wanted.map((item) => item.key));
    const focus = document.activeElement;
    for (const [key, node] of have)
      if (!keys.has(key)) {
        if (node.contains(focus)) $("composer").focus({ preventScroll: true });
        node.remove();
      }
    let cursor = parent.firstElementChild;
    for (const item of wanted) {
      let node = have.get(item.key);
      if (!node || node.dataset.signature !== item.signature) {
        const made = item.make();
        made.dataset.key = item.key;
        made.dataset.signature = item.signature;
        made.dataset.reactions = String(item.reactions);
        if (!item.key.startsWith("p")) calm(made); // a message that failed keeps its buttons in the tab order
        if (node) {
          const focused = node.contains(focus) ? focusMark(node, focus) : null;
          if (cursor === node) cursor = node.nextElementSibling;
          node.replaceWith(made);
          if (focused) restoreFocus(made, focused);
        }
        node = made;
      } else if (item.message && node.dataset.reactions !== String(item.reactions)) {
        const focused = node.contains(focus) ? focusMark(node, focus) : null;
        node.querySelector(".reactions").replaceWith(calm(reactionsNode(item.message)));
        node.dataset.reactions = String(item.reactions);
        if (focused && !node.contains(document.activeElement)) restoreFocus(node, focused);
      }
      if (node === cursor) cursor = node.nextElementSibling;
      else parent.insertBefore(node, cursor);
    }
  }

  const focusMark = (node, focus) => (focus === node ? "self" : focus.dataset.reaction ? "r" + focus.dataset.reaction : focus.dataset.action || "self");

  function restoreFocus(node, mark) {
    showTools(node);
    const target = [...node.querySelectorAll("button")].find((b) => "r" + b.dataset.reaction === mark || b.dataset.action === mark);
    (target || node).focus({ preventScroll: true });
  }

  const INSIDE = "a, button, pre[tabindex], .table[tabindex], .spoiler[tabindex]";

  /** Takes what is inside out of the tab order: only the message under the keyboard has it. */
  function calm(node) {
    for (const each of node.querySelectorAll(INSIDE)) each.tabIndex = -1;
    return node;
  }

  /** Puts the classes and the toolbar on that depend on where the reader is. */
  function decorate() {
    const list = $("messages");
    const all = [...list.querySelectorAll(".message[data-message-id]")];
    let current = active && list.querySelector(`[data-message-id="${CSS.escape(active)}"]`);
    if (!current) current = all[all.length - 1] || null;
    for (const node of list.querySelectorAll('.message[tabindex="0"]')) if (node !== current) leave(node);
    if (current && current.tabIndex !== 0) enter(current);
    for (const node of all) {
      node.classList.toggle("is-target", node.dataset.messageId === (S.reply || S.editing));
      node.classList.toggle("is-flashing", node.dataset.messageId === flash);
    }
    if (tools.for) {
      const host = list.querySelector(`[data-message-id="${CSS.escape(tools.for)}"]`);
      if (host && !host.contains(tools.node)) showTools(host);
    }
  }

  function enter(node) {
    node.tabIndex = 0;
    for (const each of node.querySelectorAll(INSIDE)) each.tabIndex = 0;
  }

  function leave(node) {
    node.tabIndex = -1;
    calm(node);
  }

  function moveTo(node, focus) {
    const before = $("messages").querySelector('.message[tabindex="0"]');
    if (before && before !== node) leave(before);
    active = node.dataset.messageId || null;
    enter(node);
    if (focus) node.focus();
  }

  const isSystem = (message) => ![0, 19, undefined].includes(message.raw.type);

  function avatar(who, extra) {
    const node = h("span", { class: "avatar" + (extra ? " " + extra : "") + (who.bot ? " bot" : ""), "aria-hidden": "true" });
    paintAvatar(node, who);
    return node;
  }

  function paintAvatar(node, who) {
    node.classList.toggle("bot", Boolean(who.bot));
    node.replaceChildren(who.bot ? h("span", { class: "crescent" }) : [...(who.name || "?").normalize("NFC")][0].toUpperCase());
    node.style.setProperty("--own", who.color || "");
    node.style.setProperty("--ink", who.color ? inkOn(who.color) : "");
  }

  function authorName(who) {
    const node = h("span", { class: "author" }, h("bdi", null, who.name));
    if (who.color) node.style.setProperty("--own", who.color);
    return node;
  }

  const botBadge = () => h("span", { class: "badge" }, "Bot");

  function divider(text, kind) {
    return h("div", { class: `divider ${kind}`, role: "separator", "aria-label": text }, h("span", null, text));
  }

  function messageNode(message, grouped) {
    const raw = message.raw;
    const who = person(message.author, message.authorData);
    if (message.deleted)
      return h(
        "article", { class: "message tombstone" + (grouped ? " grouped" : ""), "data-message-id": message.id, "data-author": message.author, "data-state": "deleted" },
        icon("trash"), h("span", null, `Message by ${who.name} deleted`), h("div", { class: "reactions" }));

    const mentioned = raw.mention_everyone || (Array.isArray(raw.mentions) && raw.mentions.some((u) => String(u.id) === S.me));
    const node = h("article", {
      class: "message" + (grouped ? " grouped" : "") + (mentioned && message.author !== S.me ? " mentioned" : ""),
      tabindex: "-1", "data-message-id": message.id, "data-author": message.author,
      "aria-label": `${who.name}${who.bot ? ", bot" : ""}, ${clock.format(message.time)}`,
    });
    if (isSystem(message)) {
      const does = { 6: "pinned a message.", 7: "joined." }[raw.type];
      node.classList.add("system");
      node.append(h("div", { class: "content" }, authorName(who), " ", does || message.content || `system message of type ${raw.type}`), stamp(message));
      node.append(reactionsNode(message));
      return node;
    }
    if (raw.message_reference && raw.message_reference.type !== 1) node.append(replyLine(raw));
    const body = h("div", { class: "body" });
    if (!grouped) {
      node.append(avatar(who));
      body.append(h("div", { class: "by" }, authorName(who), who.bot && botBadge(), stamp(message)));
    } else node.append(stamp(message));
    body.append(h("div", { class: "text" }, contentNode(message), message.edited > 0 && h("span", { class: "edited", title: fullTime.format(message.edited) }, "(edited)")));
    for (const snapshot of Array.isArray(raw.message_snapshots) ? raw.message_snapshots.slice(0, 5) : [])
      body.append(h("div", { class: "forward" }, h("div", { class: "forward-name" }, "Forwarded"), blocks(String(snapshot.content || "")), ...embedsOf(snapshot)));
    body.append(...embedsOf(raw));
    for (const file of Array.isArray(raw.attachments) ? raw.attachments : []) body.append(attachmentNode(file));
    for (const sticker of Array.isArray(raw.stickers) ? raw.stickers : []) body.append(h("div", { class: "chip" }, icon("image"), `Sticker: ${sticker.name}`));
    body.append(reactionsNode(message));
    node.append(body);
    return node;
  }

  const stamp = (message) =>
    h("time", { class: "when", datetime: new Date(message.time).toISOString(), title: fullTime.format(message.time) }, clock.format(message.time));

  function contentNode(message) {
    return h("div", { class: "content" + (onlyEmoji(message.content) ? " large" : ""), dir: "auto" }, blocks(message.content));
  }

  function replyLine(raw) {
    const target = raw.referenced_message;
    const id = raw.message_reference && String(raw.message_reference.message_id);
    const line = h("button", { type: "button", class: "reply", "data-jump": id });
    if (target) {
      const who = person(String((target.author || {}).id), target.author);
      line.append(avatar(who, "mini"), authorName(who), h("span", { class: "reply-text", dir: "auto" }, gistOf(target)));
      line.setAttribute("aria-label", `In reply to ${who.name}: ${gistOf(target)}. Jump to it.`);
    } else {
      const known = id && room(S.channel).byID.get(id);
      line.append(h("span", { class: "reply-text" }, known ? gistOf(known.raw) : "The original message was deleted"));
      line.disabled = !known;
    }
    return line;
  }

  function reactionsNode(message) {
    const node = h("div", { class: "reactions" });
    if (message.deleted) return node;
    const shown = message.allReactions ? message.reactions : message.reactions.slice(0, 20);
    for (const reaction of shown) {
      const count = reaction.known.size + reaction.other;
      const mine = reaction.known.has(S.me);
      const label = reaction.emoji && reaction.emoji.id ? `:${reaction.emoji.name}:` : reaction.key;
      const names = [...reaction.known].slice(0, 8).map((id) => person(id).name);
      if (names.length && count > names.length) names.push(`${count - names.length} more`);
      node.append(h(
        "button",
        {
          type: "button", class: "reaction", "data-reaction": reaction.key, "aria-pressed": String(mine),
          "aria-label": `${label}, ${plural(count, "reaction", "reactions")}${mine ? ", yours too" : ""}`, title: names.join(", ") || null,
        },
        h("span", { class: "emoji" }, label), h("span", { class: "count" }, String(count))));
    }
    if (message.reactions.length > shown.length)
      node.append(h("button", { type: "button", class: "reaction more", "data-all-reactions": "" }, `+${message.reactions.length - shown.length} more`));
    return node;
  }

  function pendingNode(waiting) {
    const who = person(waiting.user);
    const failed = waiting.state === "failed";
    return h(
      "article", { class: "message pending" + (failed ? " failed" : ""), "data-author": waiting.user, "data-state": waiting.state },
      avatar(who),
      h(
        "div", { class: "body" },
        h("div", { class: "by" }, authorName(who), h("span", { class: "when" }, failed ? "not sent" : "sending …")),
        h("div", { class: "content", dir: "auto" }, blocks(waiting.content)),
        failed && h(
          "div", { class: "failure", role: "alert" },
          h("p", null, icon("warn"), `${waiting.error.why} ${waiting.error.advice}`),
          h("button", { type: "button", class: "soft-button", "data-retry": waiting.key }, "Try again"),
          h("button", { type: "button", class: "soft-button", "data-take-back": waiting.key }, "Back to the text box"))));
  }

  // ---------------------------------------------------------------- embeds and files

  function embedsOf(raw) {
    if (!Array.isArray(raw.embeds) || (raw.flags & 4) === 4) return [];
    return raw.embeds.slice(0, 10).map(embedNode);
  }

  function embedNode(embed) {
    const node = h("div", { class: "embed" });
    const color = colorText(embed.color);
    if (color) node.style.setProperty("--bar", color);
    const main = h("div", { class: "embed-main" });
    const linked = (text, url, cls) => {
      const href = safeURL(url);
      return h("div", { class: cls, dir: "auto" }, ...(href ? [link(href, text)] : [text]));
    };
    if (embed.provider && embed.provider.name) main.append(h("div", { class: "embed-provider" }, String(embed.provider.name)));
    if (embed.author && embed.author.name) main.append(linked(String(embed.author.name), embed.author.url, "embed-author"));
    if (embed.title) {
      const href = safeURL(embed.url);
      main.append(h("div", { class: "embed-title", dir: "auto" }, ...(href ? [link(href, ...inline(String(embed.title), { inLink: true }))] : inline(String(embed.title), {}))));
    }
    if (embed.description) main.append(h("div", { class: "embed-description", dir: "auto" }, blocks(String(embed.description))));
    const fields = Array.isArray(embed.fields) ? embed.fields.slice(0, 25) : [];
    if (fields.length) {
      const grid = h("div", { class: "embed-fields" });
      for (const field of fields)
        grid.append(h(
          "div", { class: "embed-field" + (field.inline ? " inline" : "") },
          h("div", { class: "embed-field-name", dir: "auto" }, ...inline(String(field.name || ""), {})),
          h("div", { class: "embed-field-value", dir: "auto" }, blocks(String(field.value || "")))));
      main.append(grid);
    }
    if (embed.image && embed.image.url) main.append(picture(embed.image, "embed-image"));
    if (embed.footer || embed.timestamp) {
      const parts = [];
      if (embed.footer && embed.footer.text) parts.push(h("span", { dir: "auto" }, String(embed.footer.text)));
      const at = Date.parse(embed.timestamp);
      if (!Number.isNaN(at)) parts.push(timeNode(at / 1000, "s"));
      if (parts.length) main.append(h("div", { class: "embed-footer" }, ...parts));
    }
    node.append(main);
    if (embed.thumbnail && embed.thumbnail.url) node.append(picture(embed.thumbnail, "embed-thumbnail"));
    for (const child of Array.isArray(embed.children) ? embed.children.slice(0, 1) : []) main.append(embedNode({ ...child, children: null }));
    return node;
  }

  /** A picture of our own server is shown; any other is named and linked, since the page loads nothing from outside. */
  function picture(media, cls) {
    const text = String(media.url);
    let url = null;
    try { url = new URL(text, location.href); } catch { /* named below */ }
    if (url && url.origin === location.origin)
      return h("img", { class: cls, src: url.href, alt: String(media.description || "picture"), loading: "lazy" });
    const name = url ? (url.protocol === "attachment:" ? text.slice(13) : url.host + (url.pathname === "/" ? "" : url.pathname)) : text;
    const short = name.length > 48 ? name.slice(0, 22) + "…" + name.slice(-24) : name;
    const href = safeURL(text);
    const inside = [icon("image"), h("span", { class: "chip-text" }, short)];
    const note = "The sandbox page loads nothing from outside; this names the picture.";
    return href
      ? h("a", { class: `chip ${cls}-chip`, href, target: "_blank", rel: "noopener noreferrer nofollow", title: `${href}\n${note}` }, ...inside)
      : h("span", { class: `chip ${cls}-chip`, title: note }, ...inside);
  }

  function attachmentNode(file) {
    let href = safeURL(file.url);
    try { href = href || (file.url && new URL(file.url, location.href).origin === location.origin ? new URL(file.url, location.href).href : null); } catch { href = null; }
    if (href && new URL(href).origin === location.origin && /^image\//.test(file.content_type || ""))
      return h("img", { class: "embed-image", src: href, alt: String(file.description || file.filename || "picture"), loading: "lazy" });
    const size = Number(file.size) || 0;
    const said = size < 1024 ? `${size} B` : size < 1048576 ? `${(size / 1024).toFixed(1)} kB` : `${(size / 1048576).toFixed(1)} MB`;
    const inside = [icon("file"), h("span", { class: "chip-text" }, String(file.title || file.filename || "file")), h("span", { class: "chip-size" }, said)];
    return href ? h("a", { class: "chip", href, target: "_blank", rel: "noopener noreferrer nofollow" }, ...inside) : h("div", { class: "chip" }, ...inside);
  }

  // ---------------------------------------------------------------- the toolbar of one message

  const tools = { for: null, node: null };

  function showTools(host) {
    const message = room(S.channel).byID.get(host.dataset.messageId);
    if (!message || message.deleted) return hideTools();
    tools.for = message.id;
    const own = message.author === S.me && !isSystem(message);
    const button = (action, label, key, name) =>
      h("button", { type: "button", class: "tool", "data-action": action, "aria-label": label, title: `${label} (${key})` }, icon(name || action));
    if (tools.node) tools.node.remove();
    tools.node = h(
      "div", { class: "tools", role: "group", "aria-label": "Message actions" },
      button("react", "React", "+"), !isSystem(message) && button("reply", "Reply", "R"), own && button("edit", "Edit", "E"), own && button("delete", "Delete", "Del", "trash"));
    if (host.tabIndex !== 0) calm(tools.node);
    host.append(tools.node);
  }

  function hideTools() {
    if (tools.node) tools.node.remove();
    tools.node = null;
    tools.for = null;
  }

  function act(action, message, anchor) {
    if (action === "react") openPicker(message, anchor);
    if (action === "reply") startReply(message);
    if (action === "edit" && message.author === S.me) startEdit(message);
    if (action === "delete" && message.author === S.me) remove(message);
  }

  async function remove(message) {
    try {
      await request("/_sandbox/messages/delete", { channel_id: message.channel, message_id: message.id, user_id: S.me });
    } catch (error) {
      complain("The message was not deleted", error);
    }
  }

  async function toggleReaction(message, key) {
    const reaction = message.reactions.find((r) => r.key === key);
    const user = S.me;
    const undo = Boolean(reaction && reaction.known.has(user));
    try {
      await request("/_sandbox/reactions", { channel_id: message.channel, message_id: message.id, user_id: user, emoji: key, ...(undo ? { remove: true } : {}) });
    } catch (error) {
      complain(undo ? "The reaction was not removed" : "The reaction was not added", error);
      return;
    }
    if (undo || !reaction) return;
    // The state gives counts without names. If no event follows, this reaction was ours all along.
    setTimeout(() => {
      if (reaction.known.has(user) || reaction.other === 0) return;
      reaction.known.add(user);
      reaction.other--;
      message.reactionRevision++;
      dirty(message.channel);
    }, 600);
  }

  // ---------------------------------------------------------------- choosing an emoji

  const COMMON = "👍 👎 ❤️ 😂 😍 😮 😢 😡 🤔 👀 🙏 👏 🎉 🔥 🚀 ⭐ ✅ ❌ ➕ 🎲 🐛 💡 🌙 👋".split(" ");
  const EMOJI_NAMES = [
    "thumbs up", "thumbs down", "heart", "tears of joy", "heart eyes", "surprised", "crying", "angry", "thinking", "eyes", "folded hands", "clapping",
    "party", "fire", "rocket", "star", "check", "cross", "plus", "die", "bug", "idea", "moon", "wave",
  ];
  const picker = { message: null, back: null };

  function openPicker(message, anchor) {
    const box = $("picker");
    picker.message = message;
    picker.back = anchor;
    const field = h("input", { type: "text", id: "picker-input", maxlength: "64", placeholder: "Any emoji, or name:id", "aria-label": "Any emoji, or name:id of a custom one" });
    box.replaceChildren(
      h("div", { class: "picker-grid" }, ...COMMON.map((emoji, i) => h("button", { type: "button", class: "picker-emoji", "data-emoji": emoji, "aria-label": EMOJI_NAMES[i], tabindex: i ? "-1" : "0" }, emoji))),
      h("form", { class: "picker-form", onsubmit: (event) => { event.preventDefault(); pick(field.value.trim().replace(/^<a?:|[<>]/g, "")); } }, field, h("button", { type: "submit", class: "soft-button" }, "Add")));
    box.hidden = false;
    if (phone.matches) {
      box.style.removeProperty("left");
      box.style.removeProperty("top");
    } else {
      const at = anchor.getBoundingClientRect();
      const size = box.getBoundingClientRect();
      box.style.setProperty("left", `${Math.max(8, Math.min(innerWidth - size.width - 8, at.right - size.width))}px`);
      box.style.setProperty("top", `${at.bottom + size.height + 8 < innerHeight ? at.bottom + 6 : Math.max(8, at.top - size.height - 6)}px`);
    }
    scrim();
    box.querySelector("button").focus();
  }

  function closePicker(refocus) {
    if ($("picker").hidden) return;
    $("picker").hidden = true;
    scrim();
    const host = picker.message && $("messages").querySelector(`[data-message-id="${CSS.escape(picker.message.id)}"]`);
    picker.message = null;
    if (!refocus) return;
    if (picker.back && picker.back.isConnected) picker.back.focus({ preventScroll: true });
    else if (host) moveTo(host, true);
    else $("composer").focus();
  }

  function pick(emoji) {
    const message = picker.message;
    closePicker(true);
    if (!emoji || !message) return;
    const now = room(message.channel).byID.get(message.id);
    if (now) toggleReaction(now, emoji);
  }

  function pickerKeys(event) {
    const cells = [...$("picker").querySelectorAll(".picker-emoji")];
    const i = cells.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[event.key];
    if (i >= 0 && step) {
      event.preventDefault();
      const to = cells[i + step];
      if (!to) {
        if (step === 8) $("picker-input").focus();
        return;
      }
      cells[i].tabIndex = -1;
      to.tabIndex = 0;
      to.focus();
    } else if (event.key === "Tab") {
      const stops = [...$("picker").querySelectorAll('button:not([tabindex="-1"]), input')];
      const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
      if (document.activeElement === edge) {
        event.preventDefault();
        (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
      }
    }
  }

  // ---------------------------------------------------------------- the text box

  const composer = $("composer");
  const typed = { sentAt: 0 };
  let pendingKey = 0;
  let sending = Promise.resolve();
  let heldDraft = ""; // what stood in the box before an edit began

  function fitComposer() {
    composer.style.setProperty("height", "auto");
    composer.style.setProperty("height", composer.scrollHeight + "px");
    const length = composer.value.length;
    $("counter").textContent = length > 1500 ? `${length.toLocaleString()} characters` : "";
    $("counter").classList.toggle("over", length > 4000);
    $("send").disabled = !composer.value.trim();
  }

  function fill(text, focus = true) {
    composer.value = text;
    fitComposer();
    closeSuggest();
    if (focus) {
      composer.focus();
      composer.setSelectionRange(text.length, text.length);
    }
  }

  /** Calls `change` on the parts of the text that are not code. */
  function outsideCode(text, change) {
    return text.split(/(```[\s\S]*?```|`[^`\n]+`)/).map((part, i) => (i % 2 ? part : change(part))).join("");
  }

  /** "@Mira" and "#general" as the wire has them. The longest name wins; a name must end where the word ends. */
  function toWire(text) {
    const names = [];
    for (const user of [...S.users.values(), S.bot])
      for (const name of [user.global_name, user.username]) if (name) names.push(["@" + name, `<@${user.id}>`]);
    for (const role of S.roles.values()) if (role.name && role.name !== "@everyone") names.push(["@" + role.name, `<@&${role.id}>`]);
    for (const channel of S.channels) if (channel.sign === "#") names.push(["#" + channel.name, `<#${channel.id}>`]);
    names.sort((a, b) => b[0].length - a[0].length);
    return outsideCode(text, (part) => {
      let out = "";
      for (let i = 0; i < part.length; i++) {
        const c = part[i];
        const hit = (c === "@" || c === "#") && !wordish(part[i - 1]) && part[i - 1] !== "<" && part[i - 1] !== "\\"
          && names.find(([name]) => part.startsWith(name, i) && !wordish(part[i + name.length]));
        if (hit) {
          out += hit[1];
          i += hit[0].length - 1;
        } else out += c;
      }
      return out;
    });
  }

  function toTyped(text) {
    return outsideCode(text, (part) =>
      part
        .replace(/<@!?(\d{1,20})>/g, (all, id) => (S.users.has(id) || id === S.bot.id ? "@" + person(id).name : all))
        .replace(/<#(\d{1,20})>/g, (all, id) => { const c = S.channels.find((x) => x.id === id); return c ? "#" + c.name : all; }));
  }

  function submit() {
    const text = composer.value.replace(/^\n+|\s+$/g, "");
    if (S.editing) return saveEdit(text);
    if (!text.trim() || !S.channel) return;
    if (!S.me) return toast("Nobody to write as", "The sandbox has no users. Restart it.");
    const reply = S.reply;
    stopMode();
    fill("");
    post(S.channel, S.me, toWire(text), reply);
  }

  function post(channel, user, content, reply) {
    const waiting = { key: String(++pendingKey), channel, user, content, reply, state: "sending", time: Date.now(), error: null };
    S.pending.push(waiting);
    room(channel).firstNew = null;
    toBottom();
    queue(waiting);
  }

  /** One after the other, so that messages arrive in the order they were written. */
  function queue(waiting) {
    setTimeout(() => dirty(waiting.channel), 260);
    sending = sending.then(async () => {
      try {
        const body = { channel_id: waiting.channel, user_id: waiting.user, content: waiting.content };
        if (waiting.reply) body.reply_to = waiting.reply;
        const raw = await request("/_sandbox/messages", body);
        S.pending = S.pending.filter((p) => p !== waiting);
        if (raw && raw.id) received(raw);
      } catch (error) {
        waiting.state = "failed";
        waiting.error = error instanceof RequestError ? error : new RequestError(String(error), "Reload the page.");
        announce(`Not sent. ${waiting.error.why}`);
      }
      dirty(waiting.channel);
    });
  }

  async function saveEdit(text) {
    const message = room(S.channel).byID.get(S.editing);
    if (!message) return stopMode();
    if (!text.trim()) return toast("The edit was not saved", "A message cannot be empty. Delete it instead, or press Escape.");
    const content = toWire(text);
    if (content === message.content) return stopMode();
    try {
      const raw = await request("/_sandbox/messages/edit", { channel_id: message.channel, message_id: message.id, user_id: S.me, content });
      if (S.editing === message.id) stopMode();
      // The stream brings the edit too; whichever is first. An answer without the edit's time is left to the stream.
      if (raw && raw.id && raw.edited_timestamp) EVENTS.message_update(raw);
    } catch (error) {
      complain("The edit was not saved", error);
    }
  }

  function startReply(message) {
    if (S.editing) stopMode();
    S.reply = message.id;
    renderMode();
    dirty(S.channel);
    composer.focus();
  }

  function startEdit(message) {
    if (!S.editing) heldDraft = composer.value;
    S.reply = null;
    S.editing = message.id;
    renderMode();
    dirty(S.channel);
    fill(toTyped(message.content));
  }

  function stopMode() {
    const wasEditing = S.editing;
    S.reply = S.editing = null;
    renderMode();
    dirty(S.channel);
    if (wasEditing) {
      fill(heldDraft, document.activeElement === composer);
      heldDraft = "";
    }
  }

  function renderMode() {
    const box = $("mode");
    const message = room(S.channel).byID.get(S.reply || S.editing);
    box.hidden = !message;
    $("send").setAttribute("aria-label", S.editing ? "Save edit" : "Send message");
    $("send").replaceChildren(icon(S.editing ? "check" : "send"));
    if (!message) return box.replaceChildren();
    const who = person(message.author, message.authorData);
    const text = S.editing
      ? [h("span", null, "Editing your message")]
      : [h("span", { class: "mode-who" }, "Replying to ", authorName(who)), h("span", { class: "mode-text", dir: "auto" }, gistOf(message.raw))];
    box.replaceChildren(
      icon(S.editing ? "edit" : "reply"), ...text,
      h("button", { type: "button", class: "icon-button", "aria-label": S.editing ? "Cancel the edit (Escape)" : "Cancel the reply (Escape)", onclick: () => { stopMode(); composer.focus(); } }, icon("close")));
  }

  const ownMessages = () => room(S.channel).list.filter((m) => m.author === S.me && !m.deleted && !isSystem(m));

  function rerun() {
    const last = ownMessages().pop();
    if (!last) return toast("Nothing to send again", `${person(S.me).name} has not written in this channel yet.`);
    const target = last.raw.message_reference && String(last.raw.message_reference.message_id);
    post(S.channel, S.me, last.content, target && room(S.channel).byID.has(target) ? target : null);
  }

  async function sayTyping() {
    if (S.editing || Date.now() - typed.sentAt < 6000 || !composer.value.trim() || stream.state !== "live") return;
    typed.sentAt = Date.now();
    try {
      await request("/_sandbox/typing", { channel_id: S.channel, user_id: S.me });
    } catch (error) {
      if (!typed.failed) complain("The bot was not told that you are typing", error);
      typed.failed = true;
    }
  }

  // Names while typing @ or #.
  const suggest = { from: -1, entries: [], index: 0 };

  function updateSuggest() {
    const caret = composer.selectionStart;
    if (caret !== composer.selectionEnd) return closeSuggest();
    const before = composer.value.slice(Math.max(0, caret - 40), caret);
    const m = /(?:^|[\s(])([@#])([^\s@#]{0,32})$/.exec(before);
    if (!m) return closeSuggest();
    const wanted = m[2].toLowerCase();
    const all = m[1] === "@"
      ? [...identities(), S.bot].filter((u) => u.id).map((u) => ({ who: person(String(u.id)), text: "@" + (u.global_name || u.username), note: u.username }))
      : S.channels.filter((c) => c.sign === "#").map((c) => ({ text: "#" + c.name, note: c.topic || "" }));
    suggest.entries = all.filter((e) => e.text.slice(1).toLowerCase().includes(wanted) || (m[1] === "@" && e.note.toLowerCase().startsWith(wanted))).slice(0, 6);
    suggest.from = caret - m[2].length - 1;
    suggest.index = 0;
    const exact = suggest.entries.length === 1 && suggest.entries[0].text.slice(1).toLowerCase() === wanted;
    if (!suggest.entries.length || exact) return closeSuggest();
    renderSuggest();
  }

  function renderSuggest() {
    const box = $("suggest");
    box.hidden = false;
    box.replaceChildren(...suggest.entries.map((entry, i) =>
      h(
        "div", { class: "suggestion", role: "option", id: "suggestion-" + i, "aria-selected": String(i === suggest.index), onmousedown: (event) => { event.preventDefault(); takeSuggest(i); } },
        entry.who ? avatar(entry.who, "mini") : null, h("span", { class: "suggestion-name" }, entry.text), h("span", { class: "suggestion-note" }, entry.note))));
    composer.setAttribute("aria-controls", "suggest");
    composer.setAttribute("aria-activedescendant", "suggestion-" + suggest.index);
  }

  function closeSuggest() {
    $("suggest").hidden = true;
    composer.removeAttribute("aria-activedescendant");
  }

  function takeSuggest(i) {
    const entry = suggest.entries[i];
    const caret = composer.selectionStart;
    composer.setRangeText(entry.text + " ", suggest.from, caret, "end");
    closeSuggest();
    fitComposer();
  }

  function composerKeys(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const open = !$("suggest").hidden;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const n = suggest.entries.length;
      suggest.index = (suggest.index + (event.key === "ArrowDown" ? 1 : n - 1)) % n;
      renderSuggest();
    } else if (open && (event.key === "Enter" || event.key === "Tab") && !event.shiftKey) {
      event.preventDefault();
      takeSuggest(suggest.index);
    } else if (event.key === "Enter" && !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      submit();
    } else if (event.key === "ArrowUp" && !composer.value && !S.editing && !event.altKey) {
      const last = ownMessages().pop();
      if (!last) return;
      event.preventDefault();
      startEdit(last);
    }
  }

  // ---------------------------------------------------------------- the bot log

  const GOOD = { loaded: true, reloaded: true, info: true };
  let noticesFrame = 0;
  let seenNotice = 0;
  let stripTimer = 0;

  const noticeTitle = (n) => {
    const title = String(n.title || n.kind);
    if (!n.pack || title.startsWith(n.pack + " ") || title.startsWith(n.pack + ":") || (n.file && title.startsWith(n.file))) return title;
    return GOOD[n.kind] ? `${n.pack} ${title}` : `${n.pack}: ${title}`;
  };
  const noticeIcon = (kind) => icon({ failed: "warn", error: "warn", info: "info", loaded: "check" }[kind] || "again");
  const noticePlace = (n) => (n.file ? n.file + (n.line ? ":" + n.line : "") : "");
  const OLD_ANSWERS = "This save did not load. The old version still answers.";

  function onNotice(notice) {
    renderNoticesSoon();
    dirty(S.channel);
    renderBot();
    showStrip(notice);
    const place = noticePlace(notice);
    announce(`${noticeTitle(notice)}${place ? ", " + place : ""}${notice.kind === "failed" ? ". " + OLD_ANSWERS : ""}`);
  }

  function showStrip(notice) {
    const strip = $("strip");
    clearTimeout(stripTimer);
    strip.hidden = false;
    strip.dataset.noticeKind = notice.kind;
    strip.dataset.noticePack = notice.pack || "";
    const place = noticePlace(notice);
    const good = Boolean(GOOD[notice.kind]);
    let title = noticeTitle(notice);
    const more = [];
    if (notice.kind === "failed") {
      title = `${notice.pack || "The bot"} was not reloaded: the old version still answers`;
      more.push(noticeTitle({ ...notice, pack: "" }));
    }
    if (place && ![title, ...more].some((text) => text.includes(place))) more.unshift(place);
    const first = String(notice.detail || "").split("\n")[0];
    if (!good && first && more.length < 2 && ![title, ...more].some((text) => text.includes(first))) more.push(first.slice(0, 160));
    strip.replaceChildren(
      noticeIcon(notice.kind),
      h("div", { class: "strip-text" }, h("strong", null, title), more.length > 0 && h("span", { class: "strip-more" }, more.join(" · "))),
      good
        ? notice.kind === "info" ? "" : h("button", { type: "button", class: "soft-button", title: "Send your last message again (Alt+R)", onclick: rerun }, "Run again")
        : h("button", { type: "button", class: "soft-button", onclick: () => revealNotice(notice.id) }, "Details"),
      h("button", { type: "button", class: "icon-button", "aria-label": "Dismiss", onclick: hideStrip }, icon("close")));
    // A failed save stays until it is mended or dismissed; the rest is in the log.
    if (notice.kind !== "failed") stripTimer = setTimeout(hideStrip, good ? 8000 : 15000);
  }

  function hideStrip() {
    clearTimeout(stripTimer);
    if ($("strip").contains(document.activeElement)) composer.focus();
    $("strip").hidden = true;
    delete $("strip").dataset.noticeKind;
  }

  /** The notice's line between the messages, where it happened. */
  function marker(notice, count) {
    const place = noticePlace(notice);
    const text = noticeTitle(notice);
    const inside = [noticeIcon(notice.kind), h("span", { class: "marker-text" }, text)];
    if (notice.kind === "failed") inside.push(h("span", { class: "marker-more" }, "old version still answers"));
    else if (place && !text.includes(place) && !GOOD[notice.kind]) inside.push(h("span", { class: "marker-more" }, place));
    if (count > 1) inside.push(h("span", { class: "marker-more" }, `${count - 1} more before`));
    inside.push(h("time", { class: "marker-when", title: fullTime.format(notice.at || 0) }, clock.format(notice.at || 0)));
    return h("div", { class: "marker", "data-notice-kind": notice.kind }, h("button", { type: "button", class: "marker-button", "data-show-notice": notice.id, title: "Show in the bot log" }, ...inside));
  }

  function renderNoticesSoon() {
    if (!noticesFrame) noticesFrame = setTimeout(renderNotices, 30);
  }

  function renderNotices() {
    noticesFrame = 0;
    const groups = [];
    for (let i = S.notices.length - 1; i >= 0 && groups.length < 60; i--) {
      const notice = S.notices[i];
      const same = (n) => n.kind === notice.kind && n.pack === notice.pack && n.title === notice.title && n.file === notice.file && n.line === notice.line;
      const last = groups[groups.length - 1];
      if (last && notice.kind === "error" && same(last.notice)) last.count++;
      else groups.push({ notice, count: 1 });
    }
    const box = $("notice-list");
    if (!groups.length) {
      box.replaceChildren(h("div", { class: "notice-empty" }, icon("log"), h("p", null, "Nothing yet."), h("p", null, "Reloads and errors of the bot appear here. Save the script to see one.")));
    } else {
      const wanted = groups.map(({ notice, count }, i) => ({ key: "c" + notice.id, signature: `${count} ${i === 0}`, make: () => noticeCard(notice, count, i === 0) }));
      for (const node of [...box.children]) if (!node.dataset.key) node.remove();
      reconcileCards(box, wanted);
    }
    if (!$("notices").hidden && S.notices.length) seenNotice = S.notices[S.notices.length - 1].id;
    const fresh = S.notices.filter((n) => n.id > seenNotice);
    const toggle = $("notices-toggle");
    toggle.querySelector(".count-badge")?.remove();
    if (fresh.length) toggle.append(h("span", { class: "count-badge" + (fresh.some((n) => !GOOD[n.kind]) ? " bad" : ""), "aria-hidden": "true" }, fresh.length > 99 ? "99+" : String(fresh.length)));
    toggle.setAttribute("aria-label", fresh.length ? `Bot log, ${fresh.length} new` : "Bot log");
  }

  function reconcileCards(box, wanted) {
    const have = new Map([...box.children].map((node) => [node.dataset.key, node]));
    const keys = new Set(wanted.map((w) => w.key));
    for (const [key, node] of have) if (!keys.has(key)) node.remove();
    let cursor = box.firstElementChild;
    for (const item of wanted) {
      let node = have.get(item.key);
      if (!node || node.dataset.signature !== item.signature) {
        const made = item.make();
        made.dataset.key = item.key;
        made.dataset.signature = item.signature;
        if (node) {
          if (cursor === node) cursor = node.nextElementSibling;
          node.remove();
        }
        node = made;
      }
      if (node === cursor) cursor = node.nextElementSibling;
      else box.insertBefore(node, cursor);
    }
  }

  function noticeCard(notice, count, newest) {
    const place = noticePlace(notice);
    const card = h(
      "article", { class: "notice" + (newest ? " newest" : ""), "data-notice-kind": notice.kind, "data-notice-id": notice.id, tabindex: "-1", "aria-label": noticeTitle(notice) },
      h(
        "header", { class: "notice-head" }, noticeIcon(notice.kind), h("h3", { class: "notice-title" }, noticeTitle(notice)),
        count > 1 && h("span", { class: "notice-count", title: `${count} times in a row` }, `×${count}`),
        h("time", { class: "notice-when", title: fullTime.format(notice.at || 0) }, clock.format(notice.at || 0))));
    if (notice.kind === "failed") card.append(h("p", { class: "notice-lead" }, OLD_ANSWERS));
    if (place) card.append(h("p", { class: "notice-place" }, place));
    const detail = String(notice.detail || "").trim();
    const source = Array.isArray(notice.source) ? notice.source.slice(0, 40) : [];
    const lines = detail.split("\n");
    // What explains stands above the source, the traceback folds away below it.
    const trace = lines.findIndex((line) => /^\s*stack traceback:/.test(line));
    const shown = Math.min(trace < 0 ? lines.length : trace, source.length ? 4 : 8);
    if (detail && shown) card.append(h("p", { class: "notice-detail", dir: "auto" }, lines.slice(0, shown).join("\n")));
    if (source.length) {
      const list = h("div", { class: "source", role: "group", tabindex: "0", "aria-label": `Source around line ${notice.line}` });
      for (const { line, text } of source) {
        const failing = line === notice.line;
        list.append(h(
          "div", { class: "source-line", "data-failing": failing },
          h("span", { class: "source-number" }, failing && h("span", { class: "sr" }, "failing line "), String(line)), h("code", null, String(text === undefined ? "" : text) || " ")));
      }
      card.append(list);
    }
    const rest = lines.slice(shown);
    if (detail && rest.length)
      card.append(h("details", { class: "notice-rest" }, h("summary", null, shown === trace ? "Traceback" : plural(rest.length, "more line", "more lines")), h("pre", { tabindex: "0" }, rest.join("\n"))));
    const changes = Array.isArray(notice.changes) ? notice.changes : [];
    if (changes.length) {
      const names = { "+": "added", "-": "removed", "~": "changed" };
      card.append(h("ul", { class: "changes" }, ...changes.slice(0, 100).map((change) => {
        const sign = String(change)[0];
        return h("li", { class: "change " + (names[sign] || "other") }, h("span", { class: "change-sign", "aria-hidden": "true" }, names[sign] ? sign : "·"), h("span", { class: "sr" }, (names[sign] || "") + " "), h("code", null, names[sign] ? String(change).slice(1).trim() : String(change)));
      })));
    }
    if (notice.reference) card.append(h("p", { class: "notice-reference" }, "Reference ", h("code", null, String(notice.reference))));
    return card;
  }

  function openNotices(open, focus) {
    const panel = $("notices");
    if (panel.hidden !== open) return;
    panel.hidden = !open;
    $("notices-toggle").setAttribute("aria-expanded", String(open));
    if (!phone.matches) memory.set("log", open ? "open" : "closed");
    if (open) {
      openMenu(false);
      if (focus) $("notices-close").focus();
    } else if (focus) $("notices-toggle").focus();
    renderNotices();
    scrim();
  }

  function revealNotice(id) {
    openNotices(true, false);
    renderNotices();
    let card = $("notice-list").querySelector(`[data-notice-id="${CSS.escape(String(id))}"]`);
    if (!card) {
      // Folded into a newer card of the same error.
      const older = [...$("notice-list").querySelectorAll(".notice")].filter((n) => Number(n.dataset.noticeId) > Number(id));
      card = older[older.length - 1];
    }
    if (!card) return;
    card.scrollIntoView({ block: "start", behavior: calmMotion.matches ? "auto" : "smooth" });
    card.focus({ preventScroll: true });
  }

  // ---------------------------------------------------------------- the rest of the window

  function renderAll() {
    renderChannels();
    renderBot();
    renderIdentity();
    renderHead();
    renderMode();
    renderTyping();
    renderNotices();
    renderTitle();
    dirty(S.channel);
  }

  function renderChannels() {
    $("guild-name").textContent = S.guild.name || "Sandbox";
    const focused = document.activeElement && document.activeElement.dataset.channelId;
    $("channels").replaceChildren(...S.channels.map((channel) => {
      const unread = room(channel.id).unread;
      return h("li", null, h(
        "button", { type: "button", class: "channel", "data-channel-id": channel.id, "aria-current": channel.id === S.channel ? "true" : null, "data-unread": unread },
        h("span", { class: "hash", "aria-hidden": "true" }, channel.sign), h("span", { class: "channel-label" }, channel.name), unread && h("span", { class: "unread" }, h("span", { class: "sr" }, "unread"))));
    }));
    if (focused) $("channels").querySelector(`[data-channel-id="${CSS.escape(focused)}"]`)?.focus();
  }

  function renderHead() {
    const channel = S.channels.find((c) => c.id === S.channel);
    $("channel-name").replaceChildren(...(channel ? [h("span", { class: "hash", "aria-hidden": "true" }, channel.sign), h("bdi", null, channel.name)] : []));
    $("channel-topic").textContent = (channel && channel.topic) || "";
    $("channel-topic").title = (channel && channel.topic) || "";
    renderPlaceholder();
  }

  function renderPlaceholder() {
    const channel = S.channels.find((c) => c.id === S.channel);
    composer.placeholder = channel ? `Message ${channel.sign}${channel.name}` : "";
    composer.disabled = !channel;
  }

  /** The failed save that has not been mended yet, if there is one. */
  function staleSave() {
    const packs = new Map();
    for (const notice of S.notices)
      if (["loaded", "reloaded", "failed"].includes(notice.kind)) packs.set(notice.pack, notice);
    return [...packs.values()].find((n) => n.kind === "failed") || null;
  }

  function renderBot() {
    const who = person(S.bot.id);
    const online = Boolean(S.bot.online);
    const stale = staleSave();
    const word = !online ? "offline" : stale ? "online, old version" : "online";
    $("bot-card").replaceChildren(
      avatar(who), h("span", { class: "bot-text" }, h("span", { class: "bot-name" }, h("bdi", null, who.name), botBadge()), h("span", { class: "presence", "data-online": String(online) }, word)));
    const status = $("bot-status");
    status.hidden = false;
    status.dataset.online = String(online);
    status.toggleAttribute("data-stale", Boolean(stale));
    status.title = stale ? `${noticeTitle(stale)}. ${OLD_ANSWERS}` : "";
    status.replaceChildren(h("span", { class: "status-name" }, h("bdi", null, who.name), " "), word);
    $("offline").hidden = online || stream.state === "lost";
  }

  function renderIdentity() {
    const select = $("identity");
    select.replaceChildren(...identities().map((user) => {
      const roles = Array.isArray(user.roles) && user.roles.length ? ` (${user.roles.map((r) => (r && r.name) || r).join(", ")})` : "";
      return h("option", { value: String(user.id), title: roles.trim() || null }, (user.global_name || user.username) + roles);
    }));
    select.value = S.me;
    const who = person(S.me);
    paintAvatar($("identity-avatar"), who);
    select.title = `You write as ${who.name}`;
  }

  function renderTyping() {
    const now = Date.now();
    const at = room(S.channel);
    for (const [id, until] of at.typing) if (until < now) at.typing.delete(id);
    const names = [...at.typing.keys()].filter((id) => id !== S.me).map((id) => person(id).name);
    const box = $("typing");
    const said = names.length === 0 ? "" : names.length === 1 ? `${names[0]} is typing` : names.length < 4 ? `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]} are typing` : "Several people are typing";
    if (box.dataset.said === said) return;
    box.dataset.said = said;
    box.replaceChildren(...(said ? [h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), h("span", { dir: "auto" }, said + " …")] : []));
  }

  function renderTop() {
    const at = room(S.channel);
    const channel = S.channels.find((c) => c.id === S.channel);
    const hidden = Math.max(0, at.list.length - at.show);
    const kind = hidden ? "earlier" + hidden : !at.complete ? "cut" : at.list.length ? "start" : "empty" + S.bot.online;
    const signature = kind + S.channel;
    const top = $("log-top");
    if (top.dataset.signature === signature || !channel) return;
    top.dataset.signature = signature;
    top.className = "log-top " + kind.replace(/\d+|true|false/g, "");
    if (hidden) top.replaceChildren(h("button", { type: "button", class: "soft-button", onclick: showEarlier }, `Show earlier messages (${hidden})`));
    else if (!at.complete) top.replaceChildren(h("p", null, "Older messages are not kept in this page."));
    else {
      const parts = [h("div", { class: "start-mark", "aria-hidden": "true" }, channel.sign), h("h2", null, `Welcome to ${channel.sign}${channel.name}`), h("p", null, channel.topic || "This is the start of the channel.")];
      if (!at.list.length)
        parts.push(
          h("p", null, S.bot.online ? "Write something below, or start with one of these:" : "The bot is offline. You can write already; it answers once it is back."),
          S.bot.online && h("div", { class: "starters" }, ...["!ping", "!help"].map((text) => h("button", { type: "button", class: "soft-button", onclick: () => fill(text) }, text))));
      top.replaceChildren(...parts.filter(Boolean));
    }
  }

  function showEarlier() {
    const box = $("log");
    const from = box.scrollHeight - box.scrollTop;
    log.atBottom = false;
    room(S.channel).show += 200;
    draw();
    box.scrollTop = box.scrollHeight - from;
  }

  function renderToBottom() {
    const button = $("to-bottom");
    button.hidden = log.atBottom;
    if (log.atBottom) return;
    button.classList.toggle("has-new", unseen > 0);
    button.replaceChildren(unseen ? plural(unseen, "new message", "new messages") : "To the newest", icon("down"));
  }

  function toBottom() {
    log.atBottom = true;
    unseen = 0;
    $("log").scrollTop = $("log").scrollHeight;
    renderToBottom();
    dirty(S.channel);
  }

  function renderTitle() {
    const channel = S.channels.find((c) => c.id === S.channel);
    const news = S.channels.some((c) => room(c.id).unread) || (document.hidden && room(S.channel).firstNew);
    document.title = `${news ? "● " : ""}${channel ? channel.sign + channel.name + " – " : ""}Moontide sandbox`;
  }

  function showConnection() {
    const box = $("connection");
    box.dataset.state = stream.state;
    document.body.classList.toggle("is-lost", stream.state === "lost");
    const serious = stream.state === "lost" && (stream.attempt > 1 || !S.ready);
    if (S.bot.id) $("offline").hidden = S.bot.online || stream.state === "lost";
    clearInterval(stream.ticker);
    if (!serious) {
      box.hidden = true;
      // A single dropped connection that comes back at once is not worth a word.
      return;
    }
    box.hidden = false;
    const count = h("span", { "aria-hidden": "true" });
    const tick = () => {
      const left = Math.ceil((stream.retryAt - Date.now()) / 1000);
      count.textContent = stream.retryAt && left > 0 ? ` Next try in ${left} s.` : " Trying …";
    };
    tick();
    stream.ticker = setInterval(tick, 500);
    const error = stream.why || gone();
    if (box.dataset.why !== error.why || !box.firstChild) {
      box.dataset.why = error.why;
      box.replaceChildren(
        icon("warn"),
        h("div", { class: "connection-text" }, h("strong", null, S.ready ? "Connection lost. " : "No connection. "), h("span", null, error.why + " " + error.advice), h("span", { class: "connection-count" })),
        h("button", { type: "button", class: "soft-button", onclick: () => connect() }, "Try now"));
    }
    box.querySelector(".connection-count").replaceChildren(count);
  }

  function openChannel(id) {
    if (!S.channels.some((c) => c.id === id)) return;
    openMenu(false);
    if (id === S.channel) return composer.focus();
    if (S.editing || S.reply) stopMode();
    const left = room(S.channel);
    left.draft = composer.value;
    left.firstNew = null;
    S.channel = id;
    memory.set("channel", id);
    const at = room(id);
    at.unread = false;
    at.show = 200;
    active = null;
    hideTools();
    fill(at.draft, !phone.matches);
    log.atBottom = true;
    unseen = 0;
    renderChannels();
    renderHead();
    renderTyping();
    renderTitle();
    cancelAnimationFrame(frame);
    draw();
  }

  function jump(id) {
    const at = room(S.channel);
    const index = at.list.findIndex((m) => m.id === id);
    if (index < 0) return toast("That message is not here any more", "It was deleted, or it is older than what the page keeps.");
    if (at.list.length - index > at.show) {
      at.show = at.list.length - index + 20;
      log.atBottom = false;
      draw();
    }
    const node = $("messages").querySelector(`[data-message-id="${CSS.escape(id)}"]`);
    if (!node) return;
    node.scrollIntoView({ block: "center", behavior: calmMotion.matches ? "auto" : "smooth" });
    moveTo(node, false);
    node.focus({ preventScroll: true });
    flash = id;
    decorate();
    setTimeout(() => {
      if (flash === id) flash = null;
      decorate();
    }, 1800);
  }

  function openMenu(open) {
    $("sidebar").classList.toggle("open", open);
    $("menu").setAttribute("aria-expanded", String(open));
    $("sidebar").inert = phone.matches && !open;
    scrim();
    if (open) $("channels").querySelector("button")?.focus();
  }

  function scrim() {
    $("scrim").hidden = !(phone.matches && ($("sidebar").classList.contains("open") || !$("notices").hidden || !$("picker").hidden));
  }

  let said = [];
  let saidTimer = 0;

  /** Tells screen readers; many at once become a number. */
  function announce(text) {
    said.push(text);
    clearTimeout(saidTimer);
    saidTimer = setTimeout(() => {
      $("announce").textContent = said.length > 3 ? `${said.length} new messages` : said.join(". ");
      said = [];
    }, 400);
  }

  async function copyText(text, button) {
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = h("textarea", { class: "sr" }, text);
      document.body.append(area);
      area.select();
      try { done = document.execCommand("copy"); } catch { done = false; }
      area.remove();
    }
    if (!done) return toast("Not copied", "The browser refused access to the clipboard. Select the text and copy it by hand.");
    button.lastChild.textContent = "Copied";
    setTimeout(() => { button.lastChild.textContent = "Copy"; }, 1500);
  }

  // ---------------------------------------------------------------- wiring

  function onLogClick(event) {
    const target = event.target;
    const host = target.closest(".message");
    const message = host && host.dataset.messageId ? room(S.channel).byID.get(host.dataset.messageId) : null;
    const hidden = target.closest(".spoiler:not(.open)");
    if (hidden) return openSpoiler(hidden);
    const button = target.closest("button");
    if (!button) {
      if (message && !message.deleted && !target.closest("a")) {
        moveTo(host, false);
        showTools(host);
      }
      return;
    }
    const data = button.dataset;
    if (data.action && message) act(data.action, message, button);
    else if (data.reaction && message) toggleReaction(message, data.reaction);
    else if (data.allReactions !== undefined && message) {
      message.allReactions = true;
      message.reactionRevision++;
      dirty(S.channel);
    } else if (data.jump) jump(data.jump);
    else if (data.openChannel) openChannel(data.openChannel);
    else if (data.copy !== undefined) copyText(button.closest(".code-block").querySelector("code").textContent, button);
    else if (data.showNotice) revealNotice(data.showNotice);
    else if (data.retry) {
      const waiting = S.pending.find((p) => p.key === data.retry);
      if (!waiting) return;
      waiting.state = "sending";
      waiting.time = Date.now();
      queue(waiting);
      dirty(S.channel);
      composer.focus();
    } else if (data.takeBack) {
      const waiting = S.pending.find((p) => p.key === data.takeBack);
      if (!waiting) return;
      S.pending = S.pending.filter((p) => p !== waiting);
      fill(composer.value ? composer.value + "\n" + toTyped(waiting.content) : toTyped(waiting.content));
      dirty(S.channel);
    }
  }

  function onLogKey(event) {
    const host = event.target.closest(".message, .marker");
    if (!host) return;
    if (event.target.matches(".spoiler") && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      return openSpoiler(event.target);
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const all = [...$("messages").querySelectorAll(".message[data-message-id]:not(.tombstone)")];
    const i = all.indexOf(host);
    const to = { ArrowUp: all[i - 1], ArrowDown: all[i + 1], Home: all[0], End: all[all.length - 1] }[event.key];
    const scrolls = event.target.matches("pre, .table");
    if (["ArrowUp", "ArrowDown", "Home", "End"].includes(event.key) && !scrolls) {
      event.preventDefault();
      if (to) moveTo(to, true);
      else if (event.key === "ArrowDown") composer.focus();
      return;
    }
    if (event.target !== host) return;
    const message = room(S.channel).byID.get(host.dataset.messageId);
    if (!message) return;
    const action = { r: "reply", e: "edit", Delete: "delete", "+": "react", Enter: "tools" }[event.key];
    if (!action) return;
    event.preventDefault();
    if (action === "tools") tools.node?.querySelector("button")?.focus();
    else act(action, message, host);
  }

  function onKey(event) {
    if (event.altKey && !event.ctrlKey && !event.metaKey) {
      if (event.code === "KeyR") {
        event.preventDefault();
        rerun();
      } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
        event.preventDefault();
        const i = S.channels.findIndex((c) => c.id === S.channel);
        const n = S.channels.length;
        if (n) openChannel(S.channels[(i + (event.key === "ArrowDown" ? 1 : n - 1)) % n].id);
      }
      return;
    }
    if (event.key === "Escape") {
      if (!$("picker").hidden) return closePicker(true);
      if (!$("suggest").hidden) return closeSuggest();
      if ($("sidebar").classList.contains("open")) {
        openMenu(false);
        return $("menu").focus();
      }
      if (!$("notices").hidden && (phone.matches || $("notices").contains(document.activeElement))) return openNotices(false, true);
      if (S.reply || S.editing) {
        stopMode();
        return composer.focus();
      }
      if (!log.atBottom) toBottom();
      composer.focus();
      return;
    }
    // Typing anywhere goes into the box, as in other chat programs.
    const free = document.activeElement === document.body || document.activeElement === $("log");
    if (free && event.key.length === 1 && !event.ctrlKey && !event.metaKey && event.key !== " ") composer.focus();
  }

  function keepSheetsRight() {
    openMenu(false);
    closePicker(false);
    if (phone.matches) openNotices(false, false);
    scrim();
  }

  function afterFirstState() {
    if (S.notices.length) {
      seenNotice = S.notices[S.notices.length - 1].id;
      const stale = staleSave();
      if (stale) showStrip(stale);
    }
    const wish = memory.get("log");
    if (!phone.matches && (wish === "open" || (wish === null && wide.matches))) openNotices(true, false);
    renderNotices();
    if (!phone.matches) composer.focus();
  }

  function start() {
    for (const [id, name] of [["menu", "menu"], ["notices-toggle", "log"], ["notices-close", "close"], ["send", "send"], ["identity-chevron", "chevron"]]) $(id).append(icon(name));
    $("rerun").append(icon("again"), h("span", { class: "rerun-text" }, "Run again"), h("kbd", null, "Alt R"));
    $("rerun").setAttribute("aria-label", "Send your last message again");
    $("rerun").setAttribute("aria-keyshortcuts", "Alt+R");

    $("channels").addEventListener("click", (event) => {
      const button = event.target.closest("[data-channel-id]");
      if (button) openChannel(button.dataset.channelId);
    });
    $("menu").addEventListener("click", () => openMenu(!$("sidebar").classList.contains("open")));
    $("notices-toggle").addEventListener("click", () => openNotices($("notices").hidden, true));
    $("notices-close").addEventListener("click", () => openNotices(false, true));
    $("scrim").addEventListener("click", () => {
      closePicker(true);
      openMenu(false);
      if (phone.matches) openNotices(false, true);
    });
    $("to-bottom").addEventListener("click", () => {
      toBottom();
      composer.focus();
    });
    $("rerun").addEventListener("click", rerun);
    $("compose").addEventListener("submit", (event) => {
      event.preventDefault();
      submit();
      composer.focus();
    });
    document.querySelector(".box").addEventListener("click", (event) => {
      if (event.target === event.currentTarget || event.target.classList.contains("bar")) composer.focus();
    });
    composer.addEventListener("keydown", composerKeys);
    composer.addEventListener("input", () => {
      fitComposer();
      updateSuggest();
      sayTyping();
    });
    composer.addEventListener("blur", closeSuggest);
    $("identity").addEventListener("change", (event) => {
      S.me = event.target.value;
      memory.set("identity", S.me);
      typed.sentAt = 0;
      if (S.editing) stopMode();
      hideTools();
      renderIdentity();
      renderTyping();
      dirty(S.channel);
      composer.focus();
    });

    const messages = $("messages");
    messages.addEventListener("click", onLogClick);
    messages.addEventListener("keydown", onLogKey);
    messages.addEventListener("pointerover", (event) => {
      if (event.pointerType === "touch") return;
      const host = event.target.closest(".message[data-message-id]");
      if (host && host.dataset.messageId !== tools.for) showTools(host);
    });
    $("log").addEventListener("pointerleave", (event) => {
      if (event.pointerType !== "touch" && $("picker").hidden && !(tools.node && tools.node.contains(document.activeElement))) hideTools();
    });
    messages.addEventListener("focusin", (event) => {
      const host = event.target.closest(".message[data-message-id]");
      if (!host) return;
      if (host.tabIndex !== 0) moveTo(host, false);
      active = host.dataset.messageId;
      if (host.dataset.messageId !== tools.for) showTools(host);
    });
    $("log").addEventListener("scroll", () => {
      const box = $("log");
      const was = log.atBottom;
      log.atBottom = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
      if (log.atBottom) unseen = 0;
      if (was !== log.atBottom || unseen) renderToBottom();
    }, { passive: true });
    new ResizeObserver(() => {
      if (log.atBottom) $("log").scrollTop = $("log").scrollHeight;
    }).observe($("log"));

    $("picker").addEventListener("click", (event) => {
      const emoji = event.target.closest("[data-emoji]");
      if (emoji) pick(emoji.dataset.emoji);
    });
    $("picker").addEventListener("keydown", pickerKeys);
    document.addEventListener("pointerdown", (event) => {
      if (!$("picker").hidden && !$("picker").contains(event.target)) closePicker(false);
    });
    document.addEventListener("keydown", onKey);
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return;
      renderTitle();
      dirty(S.channel);
      if (stream.state === "lost") connect();
    });
    addEventListener("online", () => { if (stream.state === "lost") connect(); });
    phone.addEventListener("change", keepSheetsRight);
    setInterval(() => {
      renderTyping();
      for (const node of document.querySelectorAll("time[data-relative]")) node.textContent = relative(Number(node.dataset.relative));
    }, 2000);

    fitComposer();
    renderMode();
    openMenu(false);
    connect();
  }

  start();
})();
