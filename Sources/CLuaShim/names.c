/// The names of two metamethods, taken from Lua before 5.4.5.
///
/// **This is a trick.** There a `__concat` that moves the Lua stack, and a `break` that leaves a `for` with a closing
/// value, write to memory that is not theirs; no check of ours stands between. But Lua finds a metamethod by the address
/// of one string, the one that was interned for its name when the state was made, and pushing the name answers the
/// address of that very string's bytes. So the first two bytes there are overwritten. From then on a script's own
/// "__concat" is another string: any table may have it as a key, and Lua never looks it up.
///
/// What could hand the overwritten string back to a script, and why it does not:
/// - making a text of the same bytes: Lua seeks strings by hash, and this one stays in the bucket of its old bytes. Bytes
///   are taken that belong into another bucket, and it stays another one while the table of strings has 128 buckets or
///   more, which is its least size (it halves at a quarter full, and 48 names are never freed).
/// - Lua's small cache of the C strings that were pushed last, which compares bytes: it is filled with others.
/// The rest of the name stays, since tracebacks show it without its first two bytes.
///
/// The host itself may still use the string: `__concat` of its own types always raises, so the concatenation never goes
/// on. No script can look into their metatables.
#include "internal.h"
#include <string.h>

/// Pushes 256 different C strings: all 53 lines of the cache, two each, hold them then.
static void flush_cache_of_c_strings(lua_State *L) {
    char filler[257];
    memset(filler, 'x', sizeof filler - 1);
    filler[sizeof filler - 1] = 0;
    for (size_t i = 0; i + 1 < sizeof filler; i++) {
        lua_pushstring(L, filler + i);
        lua_pop(L, 1);
    }
}

static const char concat_key = 0;

void mt_push_concat_name(lua_State *L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &concat_key) == LUA_TSTRING) return;
    lua_pop(L, 1);
    lua_pushliteral(L, "__concat");
}

/// Whether Lua's string for `name` now has bytes that no script can find. The name is found by its address only.
static int disable(lua_State *L, const char *name) {
    size_t length = strlen(name);
    char *bytes = (char *)(uintptr_t)lua_pushlstring(L, name, length);
    int interned = lua_pushlstring(L, name, length) == bytes;
    lua_pop(L, 2);  // it is a name of Lua's, which are never freed
    for (int attempt = 1; interned && attempt < 100; attempt++) {
        bytes[0] = (char)attempt;
        bytes[1] = (char)attempt;
        char copy[16];
        memcpy(copy, bytes, length);
        int is_another = lua_pushlstring(L, copy, length) != bytes;
        lua_pop(L, 1);
        if (!is_another) continue;
        is_another = lua_pushlstring(L, name, length) != bytes;
        lua_pop(L, 1);
        flush_cache_of_c_strings(L);
        return is_another;
    }
    return 0;
}

static int was_called(lua_State *L) {
    lua_pushboolean(L, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, "moontide.called");
    lua_pushliteral(L, "");
    return 1;
}

/// Whether an operation ends with an error and without a call of the metamethod.
static int is_refused(lua_State *L, const char *event, const char *operation) {
    if (luaL_loadstring(L, operation) != LUA_OK) return 0;
    lua_newtable(L);
    lua_newtable(L);
    lua_pushcfunction(L, was_called);
    lua_setfield(L, -2, event);
    lua_setmetatable(L, -2);
    int status = lua_pcall(L, 1, 0, 0);
    lua_settop(L, 0);
    int called = lua_getfield(L, LUA_REGISTRYINDEX, "moontide.called") != LUA_TNIL;
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, "moontide.called");
    lua_settop(L, 0);
    return status == LUA_ERRRUN && !called;
}

/// Long strings are built in a userdata whose metatable has a `__close` of its own: it gets it while the name stands.
static void make_buffers_metatable(lua_State *L) {
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    memset(luaL_prepbuffsize(&buffer, 4 * LUAL_BUFFERSIZE), 'x', 4 * LUAL_BUFFERSIZE);
    luaL_pushresultsize(&buffer, 4 * LUAL_BUFFERSIZE);
    lua_settop(L, 0);
}

int mt_disable_names(lua_State *L, uint32_t fences) {
    if (fences & MT_FENCE_CLOSE) make_buffers_metatable(L);
    if (fences & MT_FENCE_CONCAT) {
        lua_pushliteral(L, "__concat");
        lua_rawsetp(L, LUA_REGISTRYINDEX, &concat_key);
    }
    if ((fences & MT_FENCE_CONCAT) && !(disable(L, "__concat") && is_refused(L, "__concat", "return 'x' .. ...")))
        return 0;
    if ((fences & MT_FENCE_CLOSE) && !(disable(L, "__close") && is_refused(L, "__close", "local x <close> = ...")))
        return 0;
    return 1;
}

MT_END_OF_FILE
