/// The `utf8` library's functions that walk a text, with a budget. `char` and `codepoint` are stock Lua's, which a
/// stack of a million values bounds.
#include "steps.h"
#include <string.h>

#define INVALID "invalid UTF-8 code"

static int is_continuation(char c) { return ((unsigned char)c & 0xC0) == 0x80; }

/// The place that a position means, from the end if it is negative.
static lua_Integer place_of(lua_Integer position, size_t length) {
    if (position >= 0) return position;
    return (lua_Unsigned)0 - (lua_Unsigned)position > length ? 0 : (lua_Integer)length + position + 1;
}

/// Reads the sequence at `at`, up to 6 bytes; strict: no surrogate, nothing over 10FFFF, as Lua's. A zero stands after
/// the text, which ends any sequence. Answers its end, or NULL.
static const char *read_code(const char *at, uint32_t *code, int is_strict) {
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000};
    unsigned int first = (unsigned char)*at++;
    if (first < 0x80) {
        *code = first;
        return at;
    }
    if (first < 0xC0 || first >= 0xFE) return NULL;
    int more = first < 0xE0 ? 1 : first < 0xF0 ? 2 : first < 0xF8 ? 3 : first < 0xFC ? 4 : 5;
    uint32_t value = first & (0x3Fu >> more);
    for (int i = 0; i < more; i++, at++) {
        if (!is_continuation(*at)) return NULL;
        value = value << 6 | ((unsigned char)*at & 0x3Fu);
    }
    if (value < least[more]) return NULL;
    if (is_strict && (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))) return NULL;
    *code = value;
    return at;
}

static int bounded_len(lua_State *L) {
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_Integer from = place_of(luaL_optinteger(L, 2, 1), length), to = place_of(luaL_optinteger(L, 3, -1), length);
    int is_lax = lua_toboolean(L, 4);
    luaL_argcheck(L, from >= 1 && from - 1 <= (lua_Integer)length, 2, "initial position out of bounds");
    luaL_argcheck(L, to - 1 < (lua_Integer)length, 3, "final position out of bounds");
    mt_steps steps = {L, MT_STEPS};
    lua_Integer count = 0;
    for (from--; from < to; count++) {
        uint32_t code;
        const char *end = read_code(text + from, &code, !is_lax);
        if (end == NULL) {
            lua_pushnil(L);
            lua_pushinteger(L, from + 1);
            return 2;
        }
        if (count % 16 == 0) mt_step(&steps);
        from = end - text;
    }
    lua_pushinteger(L, count);
    return 1;
}

static int bounded_offset(lua_State *L) {
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_Integer n = luaL_checkinteger(L, 2), end = (lua_Integer)length;
    lua_Integer at = place_of(luaL_optinteger(L, 3, n >= 0 ? 1 : end + 1), length);
    luaL_argcheck(L, at >= 1 && at - 1 <= end, 3, "position out of bounds");
    at--;
    mt_steps steps = {L, MT_STEPS};
    if (n == 0) {
        for (; at > 0 && is_continuation(text[at]); at--) mt_step(&steps);
        lua_pushinteger(L, at + 1);
        return 1;
    }
    if (is_continuation(text[at])) return luaL_error(L, "initial position is a continuation byte");
    while (n < 0 && at > 0) {
        lua_Integer pause = at > 1024 ? at - 1024 : 0, from = at;
        for (; n < 0 && at > pause; n++) {
            do {
                at--;
            } while (at > 0 && is_continuation(text[at]));
        }
        mt_count_bytes(&steps, (size_t)(from - at));
    }
    if (n > 0) n--;
    while (n > 0 && at < end) {
        lua_Integer pause = end - at > 1024 ? at + 1024 : end, from = at;
        for (; n > 0 && at < pause; n--) {
            do {
                at++;
            } while (is_continuation(text[at]));  // the zero after the end is none
        }
        mt_count_bytes(&steps, (size_t)(at - from));
    }
    if (n == 0)
        lua_pushinteger(L, at + 1);
    else
        lua_pushnil(L);
    return 1;
}

/// The step of `utf8.codes`: text, place of the last sequence. A stray continuation byte is an error, as from Lua 5.4.5
/// on.
static int next_code(lua_State *L, int is_strict) {
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_Unsigned at = (lua_Unsigned)lua_tointeger(L, 2);
    mt_steps steps = {L, MT_STEPS};
    if (at > 0 && at <= length)
        while (is_continuation(text[at])) {
            mt_step(&steps);
            at++;
        }
    if (at >= length) return 0;
    uint32_t code;
    const char *end = read_code(text + at, &code, is_strict);
    if (end == NULL || is_continuation(*end)) return luaL_error(L, INVALID);
    lua_pushinteger(L, (lua_Integer)at + 1);
    lua_pushinteger(L, (lua_Integer)code);
    return 2;
}

static int next_strict_code(lua_State *L) { return next_code(L, 1); }
static int next_lax_code(lua_State *L) { return next_code(L, 0); }

static int bounded_codes(lua_State *L) {
    const char *text = luaL_checkstring(L, 1);
    luaL_argcheck(L, !is_continuation(*text), 1, INVALID);
    lua_pushcfunction(L, lua_toboolean(L, 2) ? next_lax_code : next_strict_code);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

void mt_open_utf8(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"len", bounded_len},
        {"offset", bounded_offset},
        {"codes", bounded_codes},
        {NULL, NULL},
    };
    lua_getglobal(L, "utf8");
    luaL_setfuncs(L, functions, 0);
    lua_pop(L, 1);
}

MT_END_OF_FILE
