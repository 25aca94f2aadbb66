/// The script's `pcall` and `xpcall`.
///
/// A coroutine that waits inside `xpcall` must not be closed before Lua 5.4.8: the place of the message handler is kept,
/// and what stands there after the stack shrank is called at the next error. So each coroutine's own word counts the
/// calls with a handler that it is inside of. A count that has come to its end stays there.
#include "internal.h"
#include <string.h>

void mt_enter_handler(lua_State *L) {
    uintptr_t *word = mt_word_of(L);
    if ((*word & MT_HANDLER_BITS) != MT_HANDLER_BITS) *word += MT_ONE_HANDLER;
}

void mt_leave_handler(lua_State *L) {
    uintptr_t *word = mt_word_of(L);
    if ((*word & MT_HANDLER_BITS) != MT_HANDLER_BITS) *word -= MT_ONE_HANDLER;
}

/// Calls the script's message handler, except for an error that our hook raised: a handler runs inside the hook that
/// raised, where no other hook comes, so one that spins there could not be stopped.
static int call_handler(lua_State *L) {
    lua_Debug ar;
    if (lua_getstack(L, 0, &ar) && lua_getinfo(L, "n", &ar) && strcmp(ar.namewhat, "hook") == 0) return 1;
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 1, 1);
    return 1;
}

/// Empties what the failed call left above the stack's top. Our hook collects with the whole frame of the caller
/// marked, at most 255 registers, so without this a caught "not enough memory" would be raised again at once: what the
/// failed function held is still there.
static void forget_registers(lua_State *L) {
    mt_state *S = mt_state_of(L);
    if (S->used < S->cap / 2 || !lua_checkstack(L, 256)) return;
    int top = lua_gettop(L);
    lua_settop(L, top + 256);
    lua_settop(L, top);
}

static int finish_pcall(lua_State *L, int status, lua_KContext skipped) {
    if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - (int)skipped;
    lua_pushboolean(L, 0);
    lua_pushvalue(L, -2);
    forget_registers(L);
    return 2;
}

int mt_pcall(lua_State *L) {
    luaL_checkany(L, 1);
    lua_pushboolean(L, 1);
    lua_insert(L, 1);
    return finish_pcall(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, finish_pcall), 0);
}

static int finish_xpcall(lua_State *L, int status, lua_KContext skipped) {
    mt_leave_handler(L);
    return finish_pcall(L, status, skipped);
}

int mt_xpcall(lua_State *L) {
    int arguments = lua_gettop(L) - 2;
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, call_handler, 1);
    lua_replace(L, 2);
    lua_pushboolean(L, 1);
    lua_pushvalue(L, 1);
    lua_rotate(L, 3, 2);
    mt_enter_handler(L);
    return finish_xpcall(L, lua_pcallk(L, arguments, LUA_MULTRET, 2, 2, finish_xpcall), 2);
}

MT_END_OF_FILE
