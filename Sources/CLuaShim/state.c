/// States: opening, closing, libraries, loading.
#include "steps.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const char lua_ident[];

const char *mt_lua_ident(void) { return lua_ident; }

static int panic(lua_State *L) {
    const char *message = lua_tostring(L, -1);
    fprintf(stderr, "moontide: Lua raised outside a protected call: %s\n", message ? message : "?");
    return 0;
}

static int null_tostring(lua_State *L) {
    lua_pushliteral(L, "null");
    return 1;
}

/// The only light userdata a script ever sees is null, so the type's metatable is null's.
static void give_null_a_face(lua_State *L) {
    lua_pushlightuserdata(L, NULL);
    lua_createtable(L, 0, 3);
    lua_pushcfunction(L, null_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pushliteral(L, "null");
    lua_setfield(L, -2, "__name");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}

lua_State *mt_open(size_t cap, uint32_t fences, const mt_callbacks *callbacks, void *host, int *failure) {
    *failure = MT_NO_MEMORY;
    void *place = NULL;
    if (posix_memalign(&place, MT_RECORD_BITS + 1, sizeof(mt_state)) != 0) return NULL;
    mt_state *S = memset(place, 0, sizeof(mt_state));
    S->host = host;
    S->callbacks = *callbacks;
    S->cap = cap;
    S->fences = fences;
    S->doom = &S->no_doom;
    lua_State *L = lua_newstate(mt_allocate, S);
    if (L == NULL) {
        free(S);
        return NULL;
    }
    S->main = L;
    *(uintptr_t *)lua_getextraspace(L) = (uintptr_t)S;
    lua_atpanic(L, panic);
    lua_gc(L, LUA_GCINC, 0, 0, 0);
    if (fences & MT_FENCE_ERROR_TEXT) {
        // Never allocated again when memory is short.
        lua_pushliteral(L, "error in error handling");
        luaL_ref(L, LUA_REGISTRYINDEX);
    }
    if (!mt_disable_names(L, fences)) {
        *failure = MT_NAMES_STAND;
        mt_close(L);
        return NULL;
    }
    give_null_a_face(L);
    *failure = 0;
    return L;
}

uint32_t mt_fences_of(lua_State *L) { return mt_state_of(L)->fences; }

void mt_close(lua_State *L) {
    mt_state *S = mt_state_of(L);
    S->in_lua = 0;
    S->running = NULL;
    S->doom = &S->no_doom;
    lua_close(S->main);
    free(S);
}

mt_memory mt_memory_of(lua_State *L) {
    mt_state *S = mt_state_of(L);
    return (mt_memory){S->used, S->peak, S->cap, S->kept};
}

void mt_set_host(lua_State *L, void *host) { mt_state_of(L)->host = host; }

void mt_set_cap(lua_State *L, size_t cap) { mt_state_of(L)->cap = cap; }

void mt_push_null(lua_State *L) { lua_pushlightuserdata(L, NULL); }

int mt_is_null(lua_State *L, int index) {
    return lua_type(L, index) == LUA_TLIGHTUSERDATA && lua_touserdata(L, index) == NULL;
}

int mt_load(lua_State *L, const char *text, size_t length, const char *chunk) {
    int status = mt_check_tokens(L, text, length, chunk);
    return status == LUA_OK ? luaL_loadbufferx(L, text, length, chunk, "t") : status;
}

/// `collectgarbage`: "count" and "collect" only; the other options can switch the collector off.
static int guarded_collectgarbage(lua_State *L) {
    const char *option = luaL_optstring(L, 1, "collect");
    if (strcmp(option, "count") == 0) {
        lua_pushnumber(L, (lua_Number)mt_state_of(L)->used / 1024.0);
        return 1;
    }
    if (strcmp(option, "collect") == 0) {
        lua_gc(L, LUA_GCSTEP, 0);
        lua_pushinteger(L, 0);
        return 1;
    }
    return luaL_error(L, "collectgarbage: only \"count\" and \"collect\" are available");
}

#define MT_LOAD_LIMIT ((size_t)1024 * 1024)

/// nil and the message, or the value on top.
static int fail_to_load(lua_State *L, const char *message) {
    if (message != NULL) lua_pushstring(L, message);
    lua_pushnil(L);
    lua_insert(L, -2);
    return 2;
}

/// `load`: text only, at most 1 MiB; a reader function's pieces are gathered before Lua sees any.
static int guarded_load(lua_State *L) {
    size_t length;
    const char *text;
    int has_environment = !lua_isnone(L, 4);
    if (lua_isfunction(L, 1)) {
        const char *name = luaL_optstring(L, 2, "=(load)");
        lua_settop(L, 4);
        luaL_Buffer gathered;
        luaL_buffinit(L, &gathered);
        // The reader is called without continuation: it may not wait, as in plain Lua.
        for (size_t total = 0;;) {
            lua_pushvalue(L, 1);
            if (lua_pcall(L, 0, 1, 0) != LUA_OK) return fail_to_load(L, NULL);
            if (lua_isnil(L, -1)) {
                lua_pop(L, 1);
                break;
            }
            size_t piece;
            const char *bytes = lua_tolstring(L, -1, &piece);
            if (bytes == NULL) return fail_to_load(L, "reader function must return a string");
            if (piece == 0) {
                lua_pop(L, 1);
                break;
            }
            total += piece;
            if (total > MT_LOAD_LIMIT) return fail_to_load(L, "load: text over 1 MiB");
            luaL_addvalue(&gathered);
        }
        luaL_pushresult(&gathered);
        lua_replace(L, 1);
        text = lua_tolstring(L, 1, &length);
        lua_pushstring(L, name);
        lua_replace(L, 2);
    } else {
        text = luaL_checklstring(L, 1, &length);
    }
    const char *chunk = luaL_optstring(L, 2, text);
    const char *mode = luaL_optstring(L, 3, "t");
    if (length > MT_LOAD_LIMIT) return fail_to_load(L, "load: text over 1 MiB");
    if (strchr(mode, 't') == NULL || (length > 0 && text[0] == LUA_SIGNATURE[0])) {
        lua_pushnil(L);
        lua_pushliteral(L, "attempt to load a binary chunk (only text is allowed)");
        return 2;
    }
    if (mt_load(L, text, length, chunk) != LUA_OK) {
        lua_pushnil(L);
        lua_insert(L, -2);
        return 2;
    }
    if (has_environment) {
        lua_pushvalue(L, 4);
        if (!lua_setupvalue(L, -2, 1)) lua_pop(L, 1);
    }
    return 1;
}

static void remove_fields(lua_State *L, const char *const *names) {
    for (; *names; names++) {
        lua_pushnil(L);
        lua_setfield(L, -2, *names);
    }
}

static void keep_fields(lua_State *L, const char *library, const char *const *names) {
    lua_getglobal(L, library);
    lua_newtable(L);
    for (; *names; names++) {
        lua_getfield(L, -2, *names);
        lua_setfield(L, -2, *names);
    }
    lua_setglobal(L, library);
    lua_pop(L, 1);
}

void mt_open_libraries(lua_State *L) {
    mt_open_metatables(L);
    luaL_requiref(L, "_G", luaopen_base, 1);
    luaL_requiref(L, "string", luaopen_string, 1);
    luaL_requiref(L, "table", luaopen_table, 1);
    luaL_requiref(L, "math", luaopen_math, 1);
    luaL_requiref(L, "utf8", luaopen_utf8, 1);
    luaL_requiref(L, "os", luaopen_os, 1);
    luaL_requiref(L, "debug", luaopen_debug, 1);
    lua_settop(L, 0);
    static const char *const os_allowed[] = {"clock", "time", "date", "difftime", NULL};
    keep_fields(L, "os", os_allowed);
    static const char *const debug_allowed[] = {"traceback", NULL};
    keep_fields(L, "debug", debug_allowed);
    lua_getglobal(L, "string");
    static const char *const string_removed[] = {"dump", NULL};
    remove_fields(L, string_removed);
    lua_pop(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    // Of Lua 5.2 and older; only some systems build them in.
    lua_getglobal(L, "math");
    static const char *const math_removed[] = {"atan2", "cosh", "frexp", "ldexp", "log10", "pow", "sinh", "tanh", NULL};
    remove_fields(L, math_removed);
    lua_pop(L, 1);
    static const char *const base_removed[] = {"dofile", "loadfile", "warn", NULL};
    remove_fields(L, base_removed);
    mt_push_setmetatable(L);
    lua_setfield(L, -2, "setmetatable");
    lua_pushcfunction(L, mt_pcall);
    lua_setfield(L, -2, "pcall");
    lua_pushcfunction(L, mt_xpcall);
    lua_setfield(L, -2, "xpcall");
    lua_pushcfunction(L, guarded_collectgarbage);
    lua_setfield(L, -2, "collectgarbage");
    lua_pushcfunction(L, guarded_load);
    lua_setfield(L, -2, "load");
    lua_pop(L, 1);
    mt_open_coroutine(L);
    mt_open_patterns(L);
    mt_open_strings(L);
    mt_open_tables(L);
    mt_open_utf8(L);
    mt_name_functions(L);
    // The loaded-table of the stock libraries would hand the removed ones back.
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_settop(L, 0);
}

MT_END_OF_FILE
