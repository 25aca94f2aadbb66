/// `string.find`, `match`, `gmatch` and `gsub` with a budget.
#define _GNU_SOURCE
#include "matcher.h"
#include <string.h>

/// Bytes looked through in one go by a plain search.
#define WINDOW ((size_t)256 * 1024)

/// The place of the first byte to look at, from 0; more than `length` if it lies behind the end.
static size_t first_place(lua_Integer init, size_t length) {
    if (init > 0) return (size_t)init - 1;
    if (init == 0 || init < -(lua_Integer)length) return 0;
    return length + (size_t)init;
}

/// Whether the pattern is a plain text.
static int is_plain(const char *pattern, size_t length) {
    for (size_t done = 0; done < length; done += strlen(pattern + done) + 1)  // it may hold zeros
        if (strpbrk(pattern + done, "^$*+?.([%-") != NULL) return 0;
    return 1;
}

/// Places where the first byte fits that are looked at before the search that takes preparing.
#define TRIES 16

/// The first place of `wanted` in `text`, or NULL.
static const char *find_text(
    mt_steps *steps, const char *text, size_t length, const char *wanted, size_t wanted_length) {
    if (wanted_length == 0) return text;
    for (int tries = 0; length >= wanted_length && length <= WINDOW && tries < TRIES; tries++) {
        const char *found = memchr(text, wanted[0], length - wanted_length + 1);
        if (found == NULL) return NULL;
        if (memcmp(found + 1, wanted + 1, wanted_length - 1) == 0) return found;
        length -= (size_t)(found + 1 - text);
        text = found + 1;
    }
    // Windows overlap, and are so large beside what is sought that preparing each costs little.
    size_t window = wanted_length > WINDOW / 4 ? wanted_length * 4 : WINDOW;
    while (length >= wanted_length) {
        size_t now = length < window ? length : window;
        const char *found = memmem(text, now, wanted, wanted_length);
        if (found != NULL) return found;
        if (now == length) return NULL;
        size_t done = now - wanted_length + 1;
        text += done;
        length -= done;
        mt_count_bytes(steps, now);
    }
    return NULL;
}

static int find_or_match(lua_State *L, int is_find) {
    size_t length, pattern_length;
    const char *subject = luaL_checklstring(L, 1, &length);
    const char *pattern = luaL_checklstring(L, 2, &pattern_length);
    size_t first = first_place(luaL_optinteger(L, 3, 1), length);
    if (first > length) {
        lua_pushnil(L);
        return 1;
    }
    if (is_find && (lua_toboolean(L, 4) || is_plain(pattern, pattern_length))) {
        mt_steps steps = {L, MT_STEPS};
        const char *found = find_text(&steps, subject + first, length - first, pattern, pattern_length);
        if (found == NULL) {
            lua_pushnil(L);
            return 1;
        }
        lua_pushinteger(L, found - subject + 1);
        lua_pushinteger(L, found - subject + (lua_Integer)pattern_length);
        return 2;
    }
    mt_matcher m;
    mt_matcher_begin(&m, L, subject, length, pattern + pattern_length);
    int is_anchored = pattern[0] == '^' && pattern_length > 0;
    for (const char *at = subject + first; at <= m.subject_end; at++) {
        m.level = 0;
        const char *end = mt_match(&m, at, pattern + is_anchored);
        if (end != NULL) {
            if (!is_find) return mt_push_captures(&m, at, end);
            lua_pushinteger(L, at - subject + 1);
            lua_pushinteger(L, end - subject);
            return mt_push_captures(&m, NULL, NULL) + 2;
        }
        if (is_anchored) break;
    }
    lua_pushnil(L);
    return 1;
}

static int bounded_find(lua_State *L) { return find_or_match(L, 1); }
static int bounded_match(lua_State *L) { return find_or_match(L, 0); }

// gmatch --------------------------------------------------------------------------------------------------------------

/// Where an iterator stands. What a match needs besides is set up anew at each call, so that one which ended in the
/// middle leaves nothing behind.
typedef struct walk {
    const char *subject, *subject_end, *pattern, *pattern_end;  // the closure holds both texts
    const char *next;                                           // where the next match may begin; NULL: nowhere
    const char *last;                                           // where the last one ended
    int is_under_way;  // set while a match is sought: still set at the next call, the last one raised
} walk;

static int next_match(lua_State *L) {
    walk *place = lua_touserdata(L, lua_upvalueindex(3));
    if (place->is_under_way) return luaL_error(L, "this iterator of string.gmatch has failed before");
    if (place->next == NULL) return 0;
    place->is_under_way = 1;
    mt_matcher m;
    mt_matcher_begin(&m, L, place->subject, (size_t)(place->subject_end - place->subject), place->pattern_end);
    int results = 0;
    const char *at = place->next;
    place->next = NULL;
    for (; at <= m.subject_end; at++) {
        m.level = 0;
        const char *end = mt_match(&m, at, place->pattern);
        if (end == NULL || end == place->last) continue;
        place->next = place->last = end;
        results = mt_push_captures(&m, at, end);
        break;
    }
    place->is_under_way = 0;
    return results;
}

static int bounded_gmatch(lua_State *L) {
    size_t length, pattern_length;
    const char *subject = luaL_checklstring(L, 1, &length);
    const char *pattern = luaL_checklstring(L, 2, &pattern_length);
    size_t first = first_place(luaL_optinteger(L, 3, 1), length);
    lua_settop(L, 2);
    walk *place = lua_newuserdatauv(L, sizeof *place, 0);
    *place = (walk){subject, subject + length, pattern, pattern + pattern_length, NULL, NULL, 0};
    if (first <= length) place->next = subject + first;
    lua_pushcclosure(L, next_match, 3);
    return 1;
}

// gsub ----------------------------------------------------------------------------------------------------------------

static void add_text(mt_steps *steps, luaL_Buffer *buffer, const char *text, size_t length) {
    luaL_addlstring(buffer, text, length);
    mt_count_bytes(steps, length);
}

/// Adds the replacement text at index 3, its `%` sequences filled in.
static void add_filled(mt_matcher *m, luaL_Buffer *buffer, const char *from, const char *to) {
    lua_State *L = m->steps.L;
    size_t left;
    const char *text = lua_tolstring(L, 3, &left), *mark;
    while ((mark = memchr(text, '%', left)) != NULL) {
        add_text(&m->steps, buffer, text, (size_t)(mark - text));
        char what = mark[1];  // a zero stands after the end
        if (what == '%') {
            luaL_addchar(buffer, '%');
        } else if (what == '0') {
            add_text(&m->steps, buffer, from, (size_t)(to - from));
        } else if (what >= '1' && what <= '9') {
            const char *start;
            ptrdiff_t length = mt_capture(m, what - '1', from, to, &start);
            if (length == MT_CAPTURE_POSITION)
                luaL_addvalue(buffer);
            else
                add_text(&m->steps, buffer, start, (size_t)length);
        } else {
            luaL_error(L, "invalid use of '%c' in replacement string", '%');
        }
        left -= (size_t)(mark + 2 - text);
        text = mark + 2;
    }
    add_text(&m->steps, buffer, text, left);
}

/// Adds what stands for the match from `from` to `to`. Answers whether that is something else than the match.
static int add_replacement(mt_matcher *m, luaL_Buffer *buffer, const char *from, const char *to, int kind) {
    lua_State *L = m->steps.L;
    switch (kind) {
    case LUA_TFUNCTION:
        lua_pushvalue(L, 3);
        lua_call(L, mt_push_captures(m, from, to), 1);
        break;
    case LUA_TTABLE:
        mt_push_capture(m, 0, from, to);
        lua_gettable(L, 3);
        break;
    default:
        add_filled(m, buffer, from, to);
        return 1;
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        add_text(&m->steps, buffer, from, (size_t)(to - from));
        return 0;
    }
    if (!lua_isstring(L, -1)) return luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    size_t length = lua_rawlen(L, -1);
    luaL_addvalue(buffer);
    mt_count_bytes(&m->steps, length);
    return 1;
}

static int bounded_gsub(lua_State *L) {
    size_t length, pattern_length;
    const char *subject = luaL_checklstring(L, 1, &length);
    const char *pattern = luaL_checklstring(L, 2, &pattern_length);
    int kind = lua_type(L, 3);
    luaL_argexpected(
        L, kind == LUA_TNUMBER || kind == LUA_TSTRING || kind == LUA_TFUNCTION || kind == LUA_TTABLE, 3,
        "string/function/table");
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)length + 1), count = 0;
    if (mt_stack_low()) return luaL_error(L, "C stack overflow");
    int is_anchored = pattern[0] == '^' && pattern_length > 0, has_changed = 0;
    const char *at = subject, *last = NULL;
    mt_matcher m;
    mt_matcher_begin(&m, L, subject, length, pattern + pattern_length);
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    while (count < most) {
        m.level = 0;
        const char *end = mt_match(&m, at, pattern + is_anchored);
        if (end != NULL && end != last) {
            count++;
            has_changed |= add_replacement(&m, &buffer, at, end, kind);
            at = last = end;
        } else if (at < m.subject_end) {
            luaL_addchar(&buffer, *at++);
        } else {
            break;
        }
        if (is_anchored) break;
    }
    if (has_changed) {
        luaL_addlstring(&buffer, at, (size_t)(m.subject_end - at));
        luaL_pushresult(&buffer);
    } else {
        lua_pushvalue(L, 1);
    }
    lua_pushinteger(L, count);
    return 2;
}

void mt_open_patterns(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"find", bounded_find},
        {"match", bounded_match},
        {"gmatch", bounded_gmatch},
        {"gsub", bounded_gsub},
        {NULL, NULL},
    };
    lua_getglobal(L, "string");
    lua_getfield(L, -1, "gmatch");
    lua_insert(L, -2);
    luaL_setfuncs(L, functions, 0);
    if (!(mt_state_of(L)->fences & MT_FENCE_GMATCH)) {
        lua_pushvalue(L, -2);
        lua_setfield(L, -2, "gmatch");
    }
    lua_pop(L, 2);
}

MT_END_OF_FILE
